/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import io.culvert.bench.compare.contender.ContenderFactory;
import io.culvert.bench.compare.contender.Contenders;
import io.culvert.bench.compare.contender.Setup;
import java.util.ArrayList;
import java.util.List;

/** Who takes part, of what was asked for. */
final class Lineup {
    private static final int MIN_MTU = 576;
    private static final int MAX_MTU = 65_536;

    private Lineup() {
    }

    /** The systems' names, for the help text. */
    static final class SystemNames extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        SystemNames() {
            super(Contenders.all().stream().map(ContenderFactory::system).toList());
        }
    }

    /**
     * Every system, driven by everything, at every MTU; empty lists stand for what is usual.
     *
     * @throws IllegalArgumentException if there is no such thing
     */
    static List<Setup> of(List<String> systems, List<String> ios, List<String> mtus) {
        for (String io : ios) {
            if (Contenders.all().stream().noneMatch(factory -> !io.isEmpty() && factory.ios().contains(io))) {
                throw new IllegalArgumentException("--io: there is no '" + io + "'");
            }
        }
        List<Setup> setups = new ArrayList<>();
        for (String mtuName : mtus) {
            int mtu = mtu(mtuName);
            for (String name : systems.isEmpty() ? usual() : systems) {
                add(name, ios, mtu, setups);
            }
        }
        if (setups.isEmpty()) {
            throw new IllegalArgumentException("--io: nobody who was asked for is driven by " + String.join(", ", ios));
        }
        return setups;
    }

    private static void add(String name, List<String> ios, int mtu, List<Setup> setups) {
        Setup plain;
        ContenderFactory factory;
        try {
            plain = Setup.parse(name, "", mtu);
            factory = Contenders.of(plain.system());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--systems: " + e.getMessage(), e);
        }
        boolean asIs = plain.name().equals(plain.system());
        List<String> usual = asIs ? factory.usualIos() : factory.usualIos().subList(0, 1);
        for (String io : ios.isEmpty() ? usual : factory.ios()) {
            if (ios.isEmpty() || ios.contains(io) || io.isEmpty()) {
                setups.add(new Setup(plain.system(), io, mtu, plain.tls(), plain.congestion()));
            }
        }
    }

    private static List<String> usual() {
        List<String> names = new ArrayList<>(new SystemNames());
        names.add("culvert+tls");
        names.add("tcp+tls");
        return names;
    }

    private static int mtu(String name) {
        if (name.equals("full") || name.equals("0")) {
            return 0;
        }
        try {
            int mtu = Integer.parseInt(name);
            if (mtu >= MIN_MTU && mtu <= MAX_MTU) {
                return mtu;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--mtu: '" + name + "' is not a number", e);
        }
        throw new IllegalArgumentException("--mtu: " + name + " (expected: 0 or full, or " + MIN_MTU + " to " + MAX_MTU
                + ")");
    }
}
