/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.observe.CarrierIncident;
import io.culvert.segment.MalformedReason;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * What a server looks like at one moment: its queues, and what has happened on its UDP sockets since it was bound, the
 * closed ones among them.
 *
 * @param localAddress what it is bound to
 * @param backlog the bound of each of the two queues
 * @param halfOpen sessions in SYN-RECEIVED; past the bound SYN cookies answer
 * @param unaccepted established sessions that wait to be accepted; past the bound handshakes do not end
 * @param sockets UDP sockets open: one per event loop and local address
 * @param incidents how often each thing has happened on them
 * @param malformed datagrams dropped that are no segments, by reason
 */
public record ServerInfo(InetSocketAddress localAddress, int backlog, int halfOpen, int unaccepted, int sockets,
        Map<CarrierIncident, Long> incidents, Map<MalformedReason, Long> malformed) {
    /** The same with maps that do not change. */
    public ServerInfo {
        incidents = Map.copyOf(incidents);
        malformed = Map.copyOf(malformed);
    }

    /** How often something has happened. */
    public long of(CarrierIncident incident) {
        return incidents.getOrDefault(incident, 0L);
    }

    /** Datagrams dropped for a reason. */
    public long malformedBy(MalformedReason reason) {
        return malformed.getOrDefault(reason, 0L);
    }
}
