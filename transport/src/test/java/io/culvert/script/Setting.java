/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import io.culvert.CulvertChannelOption;
import io.culvert.observe.SessionObserver;
import io.netty.channel.ChannelOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One thing that a script is set up with: an option of the side under test, or a trait of the peer. */
@FunctionalInterface
public interface Setting {
    /** Everything set. */
    final class Setup {
        /** Options that a server channel and its children both have. */
        private static final Set<ChannelOption<?>> SHARED = Set.of(ChannelOption.SO_SNDBUF, ChannelOption.SO_RCVBUF,
                ChannelOption.TCP_NODELAY, ChannelOption.IP_TOS);
        private static final Set<ChannelOption<?>> SERVER_ONLY = Set.of(ChannelOption.SO_BACKLOG,
                ChannelOption.SO_REUSEADDR);

        final Map<ChannelOption<?>, Object> server = new LinkedHashMap<>();
        final Map<ChannelOption<?>, Object> channel = new LinkedHashMap<>();
        SessionObserver observer = new SessionObserver() {
        };
        Spec peerSyn = Spec.syn().mss(1460);
        int peerWin = 65535;
        long peerIsn = 1000;
        boolean peerBound = true;

        Setup(Setting... settings) {
            for (Setting setting : settings) {
                setting.applyTo(this);
            }
        }

        private void put(ChannelOption<?> option, Object value) {
            if (option == CulvertChannelOption.SESSION_OBSERVER) {
                observer = (SessionObserver) value;
                return;
            }
            // valueOf() makes a plain ChannelOption and puts the class that names it into the name
            boolean shared = option.name().startsWith(CulvertChannelOption.class.getName()) || SHARED.contains(option);
            if (shared || SERVER_ONLY.contains(option)) {
                server.put(option, value);
            }
            if (!SERVER_ONLY.contains(option)) {
                channel.put(option, value);
            }
        }
    }

    /** Adds this to what is set. */
    void applyTo(Setup setup);

    /** An option of ours; on a server it goes to the server channel, its children or both, where it has a meaning. */
    static <T> Setting with(ChannelOption<T> option, T value) {
        return setup -> setup.put(option, value);
    }

    /** An option of the server channel alone: what sessions start with. */
    static <T> Setting onServer(ChannelOption<T> option, T value) {
        return setup -> setup.server.put(option, value);
    }

    /** An option of the accepted channels alone. */
    static <T> Setting onChild(ChannelOption<T> option, T value) {
        return setup -> setup.channel.put(option, value);
    }

    /** The MSS that the peer announces in an established script; 1460 unless set, 0 for no option. */
    static Setting peerMss(int bytes) {
        return setup -> setup.peerSyn = setup.peerSyn.mss(bytes);
    }

    /** The window scale that the peer offers in an established script; none unless set. */
    static Setting peerWs(int shift) {
        return setup -> setup.peerSyn = setup.peerSyn.ws(shift);
    }

    /** The peer of an established script offers timestamps; it does not unless set. */
    static Setting peerTimestamps() {
        return setup -> setup.peerSyn = setup.peerSyn.timestamps();
    }

    /** The peer of an established script permits SACK; it does not unless set. */
    static Setting peerSack() {
        return setup -> setup.peerSyn = setup.peerSyn.sackPermitted();
    }

    /** The window field of what peers send without saying one; 65535 unless set. */
    static Setting peerWin(int field) {
        return setup -> setup.peerWin = field;
    }

    /** The peers' initial sequence number; 1000 unless set. */
    static Setting peerIsn(long number) {
        return setup -> setup.peerIsn = number;
    }

    /** Nobody is bound to the peer's port at first: what is sent there is answered by an ICMP port unreachable. */
    static Setting nobodyThere() {
        return setup -> setup.peerBound = false;
    }
}
