/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.peer;

import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import io.culvert.bench.compare.contender.StreamHandler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/** A port to which streams come. */
final class AeronEndpoint {
    static final int STREAM_ID = 1;

    private static final int FRAGMENTS_AT_ONCE = 256;

    private final AeronLoop loop;
    /** Null where replies come in. */
    private final Supplier<? extends StreamHandler> handlers;
    private final Subscription subscription;
    private final String address;
    /** By the session of what comes in. */
    private final Map<Integer, AeronStream> streams = new HashMap<>();
    /** Those of a reply's endpoint that have no reply yet, by the session of what goes out. */
    private final Map<Integer, AeronStream> waiting = new HashMap<>();
    private final List<AeronStream> touched = new ArrayList<>();
    private final FragmentHandler fragments = this::read;

    AeronEndpoint(AeronLoop loop, String host, Supplier<? extends StreamHandler> handlers) {
        this.loop = loop;
        this.handlers = handlers;
        subscription = loop.aeron().addSubscription("aeron:udp?endpoint=" + host + ":0", STREAM_ID);
        String resolved = null;
        while (resolved == null) {
            loop.aeron().context().driverAgentInvoker().invoke();
            loop.aeron().conductorAgentInvoker().invoke();
            resolved = subscription.resolvedEndpoint();
        }
        address = resolved;
        loop.add(this);
    }

    /** Host and port. */
    String address() {
        return address;
    }

    int port() {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /** A stream that waits for a reply to what it sends in this session. */
    void await(int session, AeronStream stream) {
        waiting.put(session, stream);
    }

    void forget(AeronStream stream) {
        streams.values().remove(stream);
        waiting.values().remove(stream);
    }

    int poll() {
        int count = subscription.poll(fragments, FRAGMENTS_AT_ONCE);
        if (!touched.isEmpty()) {
            for (int i = 0; i < touched.size(); i++) {
                touched.get(i).readComplete();
            }
            touched.clear();
        }
        return count;
    }

    private void read(DirectBuffer buffer, int offset, int length, Header header) {
        boolean first = (header.flags() & FrameDescriptor.BEGIN_FRAG_FLAG) != 0;
        byte kind = first ? buffer.getByte(offset) : AeronStream.CONTENT;
        AeronStream stream = streams.get(header.sessionId());
        if (stream == null) {
            if (kind == AeronStream.GREETING && handlers != null) {
                stream = new AeronStream(loop, this, buffer.getStringWithoutLengthAscii(offset + 1, length - 1),
                        header.sessionId(), handlers.get());
                loop.add(stream);
                streams.put(header.sessionId(), stream);
            } else if (kind == AeronStream.WELCOME) {
                stream = waiting.remove(buffer.getInt(offset + 1));
                if (stream != null) {
                    streams.put(header.sessionId(), stream);
                    stream.welcome();
                }
            }
        } else {
            stream.read(kind, length);
            if (touched.isEmpty() || touched.get(touched.size() - 1) != stream && !touched.contains(stream)) {
                touched.add(stream);
            }
        }
    }
}
