/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.crowd;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** What lives on the heap, in bytes by class, after a collection. */
record HeapHistogram(Map<String, Long> bytesByClass) {
    /** Rank, instances, bytes, class name; a module may follow. */
    private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+\\d+\\s+(\\d+)\\s+(\\S+).*");

    /** As often as the serial collector leaves gaps, which count as arrays, before it closes them all. */
    private static final int COLLECTIONS = 4;

    /**
     * The heap of this process; reachable objects alone. Where direct memory is freed by the JDK's own thread (Netty's
     * only way from JDK 24 on), what that has not come to yet is gone after one of the next collections.
     */
    static HeapHistogram now() {
        long least = Long.MAX_VALUE;
        for (int inVain = 0; inVain < COLLECTIONS; inVain++) {
            // nothing of it is kept: a histogram is on the heap itself
            long total = afterCollection().total();
            if (total < least) {
                least = total;
                inVain = -1;
            }
        }
        return afterCollection();
    }

    private static HeapHistogram afterCollection() {
        try {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            Object text = server.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram", new Object[] {new String[0]}, new String[] {String[].class.getName()});
            return parse(text.toString());
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HeapHistogram parse(String text) {
        Map<String, Long> bytes = new TreeMap<>();
        text.lines().map(LINE::matcher).filter(Matcher::matches)
                .forEach(line -> bytes.merge(line.group(2), Long.valueOf(line.group(1)), Long::sum));
        return new HeapHistogram(bytes);
    }

    /** What has been added since another one. */
    HeapHistogram since(HeapHistogram before) {
        Map<String, Long> more = new TreeMap<>();
        bytesByClass.forEach((name, bytes) -> more.put(name, bytes - before.bytesByClass.getOrDefault(name, 0L)));
        return new HeapHistogram(more);
    }

    /** Bytes in all. */
    long total() {
        return bytesByClass.values().stream().mapToLong(Long::longValue).sum();
    }

    /** A table of what each of so many things takes, the largest first. */
    String perThing(int things) {
        return bytesByClass.entrySet().stream()
                .filter(entry -> Math.abs(entry.getValue()) >= things)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(entry -> String.format("%9.1f  %s%n", (double) entry.getValue() / things, entry.getKey()))
                .collect(Collectors.joining("", String.format("%9.1f  bytes each%n",
                        (double) total() / things), ""));
    }
}
