/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.testsuite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.testsuite.transport.AbstractComboTestsuiteTest;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test class of Netty's testsuite is run, or stands here with the reason why it does not apply. */
class CompletenessTest {
    private static final String PACKAGE = "io/netty/testsuite/transport/";

    private static final String DATAGRAMS = "about datagram channels";
    private static final String SCTP = "about SCTP";
    private static final String UDT = "about UDT";

    private static final Map<String, String> NOT_APPLICABLE = Map.ofEntries(
            Map.entry("DefaultEventLoopTest", "about Netty's own event loops, with LocalChannel"),
            Map.entry("NioEventLoopTest", "about Netty's own event loops, with NioServerSocketChannel"),
            Map.entry("AbstractSingleThreadEventLoopTest",
                    "about event loops: counts the handles that are registered there, and a Culvert channel has none"),
            Map.entry("socket/SocketSslLargeCertificateTest",
                    "opens no channel of the transport under test: it names NioServerSocketChannel itself"),
            Map.entry("socket/SocketShutdownOutputByPeerTest",
                    "its peer is java.net.Socket; what it extends is run with a peer of ours"),
            Map.entry("socket/DatagramConnectNotExistsTest", DATAGRAMS),
            Map.entry("socket/DatagramConnectedWriteExceptionTest", DATAGRAMS),
            Map.entry("socket/DatagramMulticastIPv6Test", DATAGRAMS),
            Map.entry("socket/DatagramMulticastTest", DATAGRAMS),
            Map.entry("socket/DatagramUnicastIPv6MappedTest", DATAGRAMS),
            Map.entry("socket/DatagramUnicastIPv6Test", DATAGRAMS),
            Map.entry("socket/DatagramUnicastInetTest", DATAGRAMS),
            Map.entry("socket/DatagramUnicastTest", DATAGRAMS),
            Map.entry("socket/AbstractDatagramTest", DATAGRAMS),
            Map.entry("sctp/SctpEchoTest", SCTP),
            Map.entry("sctp/AbstractSctpTest", SCTP),
            Map.entry("udt/UDTClientServerConnectionTest", UDT));

    @Test
    void everyClassIsRunOrListedWithAReason() throws Exception {
        Set<String> run = Stream.concat(Stream.of(TrafficShapingTestsuiteTest.class),
                        Stream.of(SocketTestsuite.class.getDeclaredClasses())).flatMap(CompletenessTest::ancestors)
                .map(type -> type.getName().replace('.', '/')).filter(name -> name.startsWith(PACKAGE))
                .map(name -> name.substring(PACKAGE.length())).collect(Collectors.toCollection(TreeSet::new));
        Set<String> missing = testClasses();
        missing.removeAll(run);
        assertEquals(new TreeSet<>(NOT_APPLICABLE.keySet()), missing);
    }

    @Test
    void everyClassRunIsRunOnEveryKind() {
        for (Class<?> nested : SocketTestsuite.class.getDeclaredClasses()) {
            assertTrue(!Modifier.isStatic(nested.getModifiers()) && !Modifier.isPrivate(nested.getModifiers()),
                    () -> nested + " is not found by JUnit");
        }
        assertEquals(Set.of(IoKind.values()), Stream.of(new NioSocketTestsuiteTest(), new EpollSocketTestsuiteTest(),
                new IoUringSocketTestsuiteTest()).map(SocketTestsuite::io).collect(Collectors.toSet()));
    }

    private static Stream<Class<?>> ancestors(Class<?> type) {
        return type == Object.class ? Stream.of() : Stream.concat(Stream.of(type), ancestors(type.getSuperclass()));
    }

    private static Set<String> testClasses() throws IOException {
        File jar = new File(
                AbstractComboTestsuiteTest.class.getProtectionDomain().getCodeSource().getLocation().getPath());
        try (JarFile file = new JarFile(jar)) {
            return file.stream().map(entry -> entry.getName())
                    .filter(name -> name.startsWith(PACKAGE) && name.endsWith("Test.class"))
                    .map(name -> name.substring(PACKAGE.length(), name.length() - ".class".length()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
