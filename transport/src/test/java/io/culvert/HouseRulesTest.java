/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the production sources, read as text, to the rules of the house. Comments and literals do not count; names
 * written out in full count as imports do.
 */
class HouseRulesTest {
    private static final Path MAIN = Path.of(System.getProperty("basedir", "."), "src", "main", "java");

    /** The package {@code io.culvert} itself; every other room is the package next under it. */
    private static final String ROOT = "(root)";

    /** Which rooms a room may name, itself excepted. A room that is not listed may name none and be named by none. */
    private static final Map<String, Set<String>> MAY_NAME = Map.of(
            "segment", Set.of(),
            "state", Set.of(),
            "observe", Set.of("segment", "state"),
            "congestion", Set.of("segment", "recovery"),
            "recovery", Set.of("segment"),
            "session", Set.of("segment", "state", "observe", "recovery", "congestion"),
            "listen", Set.of("segment", "state", "observe", "session", "congestion", "recovery"),
            "carrier", Set.of("segment", "state", "observe", "session", "congestion", "recovery", "listen"),
            ROOT, Set.of("segment", "state", "observe", "session", "congestion", "recovery", "listen", "carrier"),
            "socket", Set.of(ROOT));

    private static final Set<String> PURE = Set.of("segment", "state", "recovery", "congestion", "session", "listen");
    private static final Set<String> DATA_PATH = Set.of("session", "recovery", "congestion", "segment", "carrier");

    private static final Pattern COMMENT_OR_LITERAL = Pattern.compile(
            "//[^\\n]*|/\\*.*?\\*/|\"\"\".*?(?<!\\\\)\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'",
            Pattern.DOTALL);
    private static final Pattern PACKAGE = Pattern.compile("\\bpackage\\s+io\\.culvert(?:\\.(\\w+))?[\\w.]*\\s*;");
    private static final Pattern OUR_NAME = Pattern.compile("\\bio\\.culvert\\.(?:([a-z]\\w*)|[A-Z*])");
    private static final Pattern IMPURE_NAME = Pattern.compile("\\bio\\.netty\\.(?!buffer\\.|util\\.(?!concurrent\\b))"
            + "|\\bjava\\.nio\\.channels\\b"
            + "|\\bjava\\.net\\.(?!(?:Inet[46]?Address|InetSocketAddress|SocketAddress|\\w+Exception)\\b)");
    private static final Pattern CLOCK = Pattern.compile(
            "\\bSystem\\s*\\.\\s*(?:nanoTime|currentTimeMillis)\\b"
            + "|\\b(?:Instant|Year|YearMonth|(?:Local|Zoned|Offset)(?:Date|Time|DateTime))\\s*\\.\\s*now\\b"
            + "|\\bnew\\s+(?:java\\.util\\.)?Date\\s*\\(\\s*\\)|\\bClock\\s*\\.\\s*(?:system|tick)|\\bsystemTicker\\b");
    /** May read the time of day: the transport never asks it, captures have time stamps of it. */
    private static final String WALL_CLOCK = "io/culvert/observe/WallClock.java";
    private static final Pattern SWITCH_OVER_STATE = Pattern.compile(
            "\\bswitch\\s*\\([^{;]*\\bstate\\s*\\(\\s*\\)"
            + "|\\bcase\\s+(?:SYN_SENT|SYN_RECEIVED|ESTABLISHED|FIN_WAIT_1|FIN_WAIT_2|CLOSE_WAIT|LAST_ACK)\\b");
    private static final Pattern PRINT =
            Pattern.compile("\\bSystem\\s*\\.\\s*(?:out|err)\\b|\\bprintStackTrace\\b");
    private static final Pattern BANNED_NAME = Pattern.compile(
            "\\b(?:class|interface|enum|record)\\s+\\w*(?:Impl|Manager|Helper|Util|Utils)\\b");
    private static final Pattern STREAM =
            Pattern.compile("\\bjava\\.util\\.stream\\b|\\.\\s*(?:parallelS|s)tream\\s*\\(");

    private static List<Source> sources;

    @BeforeAll
    static void readSources() throws IOException {
        List<Source> read = new ArrayList<>();
        try (Stream<Path> files = Files.walk(MAIN)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).sorted().toList()) {
                read.add(new Source(MAIN.relativize(file).toString().replace('\\', '/'), Files.readString(file)));
            }
        }
        sources = read;
    }

    @Test
    void theSourcesAreFound() {
        assertTrue(sources.stream().anyMatch(source -> source.file().equals("io/culvert/segment/Segment.java")),
                () -> "looked in " + MAIN.toAbsolutePath());
    }

    @Test
    void everyRoomIsOnThePlan() {
        assertNone(each(HouseRulesTest::roomsOffThePlan));
    }

    @Test
    void importsRunOneWay() {
        assertNone(each(HouseRulesTest::wrongWayImports));
    }

    @Test
    void purePackagesKnowNoChannelAndNoSocket() {
        assertNone(each(HouseRulesTest::impureNames));
    }

    @Test
    void noProductionFileReadsAClock() {
        assertNone(each(HouseRulesTest::clockReadings));
    }

    @Test
    void onlyPackageStateSwitchesOverTheState() {
        assertNone(each(HouseRulesTest::switchesOverState));
    }

    @Test
    void nothingIsPrinted() {
        assertNone(each(HouseRulesTest::prints));
    }

    @Test
    void noTypeHasANameThatSaysNothing() {
        assertNone(each(HouseRulesTest::bannedNames));
    }

    @Test
    void everyPackageSaysWhatItIs() {
        assertNone(packagesWithoutInfo(sources));
    }

    @Test
    void theDataPathHasNoStreams() {
        assertNone(each(HouseRulesTest::streams));
    }

    // ---- the rules -------------------------------------------------------------------------------------------------

    private static List<String> roomsOffThePlan(Source source) {
        return MAY_NAME.containsKey(source.room())
                ? List.of()
                : List.of(source.file() + ":1: no room named " + source.room());
    }

    private static List<String> wrongWayImports(Source source) {
        Set<String> allowed = MAY_NAME.getOrDefault(source.room(), Set.of());
        return source.find(OUR_NAME, name -> {
            String room = name.group(1) == null ? ROOT : name.group(1);
            return !room.equals(source.room()) && !allowed.contains(room);
        });
    }

    private static List<String> impureNames(Source source) {
        return PURE.contains(source.room()) ? source.find(IMPURE_NAME) : List.of();
    }

    private static List<String> clockReadings(Source source) {
        return source.file().equals(WALL_CLOCK) ? List.of() : source.find(CLOCK);
    }

    /** Congestion and recovery cannot see {@code ConnectionState}: a state they switch over is another. */
    private static List<String> switchesOverState(Source source) {
        boolean seesState = MAY_NAME.getOrDefault(source.room(), Set.of()).contains("state");
        return seesState ? source.find(SWITCH_OVER_STATE) : List.of();
    }

    private static List<String> prints(Source source) {
        return source.find(PRINT);
    }

    private static List<String> bannedNames(Source source) {
        return source.find(BANNED_NAME);
    }

    private static List<String> packagesWithoutInfo(List<Source> sources) {
        Map<String, Boolean> described = new TreeMap<>();
        for (Source source : sources) {
            described.merge(source.directory(), source.file().endsWith("/package-info.java"), Boolean::logicalOr);
        }
        return described.entrySet().stream().filter(entry -> !entry.getValue())
                .map(entry -> entry.getKey() + "/package-info.java:1: missing").toList();
    }

    private static List<String> streams(Source source) {
        return DATA_PATH.contains(source.room()) ? source.find(STREAM) : List.of();
    }

    // ---- the rules, put to the test --------------------------------------------------------------------------------

    static Stream<Arguments> breaches() {
        return Stream.of(
                breach("a room off the plan", HouseRulesTest::roomsOffThePlan, "misc", "class A { }"),
                breach("segment names state", HouseRulesTest::wrongWayImports, "segment",
                        "import io.culvert.state.ConnectionState;"),
                breach("state names segment", HouseRulesTest::wrongWayImports, "state",
                        "import static io.culvert.segment.SegmentFlags.SYN;"),
                breach("congestion names session", HouseRulesTest::wrongWayImports, "congestion.bbr",
                        "import io.culvert.session.Session;"),
                breach("recovery names congestion", HouseRulesTest::wrongWayImports, "recovery",
                        "import io.culvert.congestion.CongestionController;"),
                breach("observe names session", HouseRulesTest::wrongWayImports, "observe",
                        "class A { io.culvert.session.Session session; }"),
                breach("session names listen", HouseRulesTest::wrongWayImports, "session",
                        "import io.culvert.listen.Listener;"),
                breach("listen names carrier", HouseRulesTest::wrongWayImports, "listen",
                        "import io.culvert.carrier.Carrier;"),
                breach("carrier names root", HouseRulesTest::wrongWayImports, "carrier",
                        "import io.culvert.CulvertChannel;"),
                breach("root's constants", HouseRulesTest::wrongWayImports, "session",
                        "import static io.culvert.CulvertChannelOption.SESSION_OBSERVER;"),
                breach("a channel", HouseRulesTest::impureNames, "session", "import io.netty.channel.Channel;"),
                breach("a channel future", HouseRulesTest::impureNames, "session",
                        "import io.netty.util.concurrent.Future;"),
                breach("a bootstrap", HouseRulesTest::impureNames, "listen", "import io.netty.bootstrap.Bootstrap;"),
                breach("a handler", HouseRulesTest::impureNames, "state", "import io.netty.handler.ssl.SslHandler;"),
                breach("an NIO channel", HouseRulesTest::impureNames, "segment",
                        "import java.nio.channels.DatagramChannel;"),
                breach("a socket", HouseRulesTest::impureNames, "recovery", "import java.net.DatagramSocket;"),
                breach("nanoTime", HouseRulesTest::clockReadings, "session", "long t = System.nanoTime();"),
                breach("a static import of it", HouseRulesTest::clockReadings, "session",
                        "import static java.lang.System.nanoTime;"),
                breach("currentTimeMillis", HouseRulesTest::clockReadings, "", "long t = System.currentTimeMillis();"),
                breach("Instant", HouseRulesTest::clockReadings, "observe", "Object t = Instant.now();"),
                breach("LocalDateTime", HouseRulesTest::clockReadings, "observe", "Object t = LocalDateTime.now();"),
                breach("Date", HouseRulesTest::clockReadings, "observe", "Object t = new Date();"),
                breach("Clock", HouseRulesTest::clockReadings, "carrier", "Object t = Clock.systemUTC();"),
                breach("Ticker", HouseRulesTest::clockReadings, "carrier", "Object t = Ticker.systemTicker();"),
                breach("a switch", HouseRulesTest::switchesOverState, "session",
                        "int a = switch (session.state()) { default -> 0; };"),
                breach("a switch over a variable", HouseRulesTest::switchesOverState, "carrier",
                        "switch (now) { case ESTABLISHED: default: }"),
                breach("out", HouseRulesTest::prints, "", "{ System.out.println(); }"),
                breach("err", HouseRulesTest::prints, "carrier", "{ System.err.println(); }"),
                breach("a stack trace", HouseRulesTest::prints, "carrier", "{ cause.printStackTrace(); }"),
                breach("Impl", HouseRulesTest::bannedNames, "session", "final class SessionImpl { }"),
                breach("Manager", HouseRulesTest::bannedNames, "session", "interface TimerManager { }"),
                breach("Helper", HouseRulesTest::bannedNames, "session", "enum Helper { }"),
                breach("Util", HouseRulesTest::bannedNames, "session", "record ByteUtil(int a) { }"),
                breach("Utils", HouseRulesTest::bannedNames, "session", "class ByteUtils<T> { }"),
                breach("a stream import", HouseRulesTest::streams, "session", "import java.util.stream.Stream;"),
                breach("a stream", HouseRulesTest::streams, "carrier", "long a = list.stream().count();"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaches")
    void seesABreach(String name, Function<Source, List<String>> rule, String room, String statement) {
        List<String> found = rule.apply(sample(room, "\n\n" + statement));
        assertEquals(1, found.size(), () -> "found " + found);
        int line = name.equals("a room off the plan") ? 1 : 4;
        assertTrue(found.get(0).startsWith(sample(room, "").file() + ":" + line + ": "), () -> "found " + found);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaches")
    void seesNoBreachInACommentOrALiteral(String name, Function<Source, List<String>> rule, String room,
            String statement) {
        String known = name.equals("a room off the plan") ? "session" : room;
        for (String harmless : List.of("// " + statement, "/* a\n * " + statement + "\n */",
                "String a = \"\\\"" + statement + "\";", "String a = \"\"\"\n  \"" + statement + "\n  \"\"\";")) {
            assertNone(rule.apply(sample(known, harmless)));
        }
    }

    @Test
    void seesAPackageWithoutInfo() {
        assertEquals(List.of("io/culvert/session/package-info.java:1: missing"), packagesWithoutInfo(List.of(
                new Source("io/culvert/session/Session.java", "package io.culvert.session;"),
                new Source("io/culvert/state/package-info.java", "package io.culvert.state;"),
                new Source("io/culvert/state/ConnectionState.java", "package io.culvert.state;"))));
    }

    @Test
    void allowsWhatTheRulesAllow() {
        assertNone(wrongWayImports(sample("session", "import io.culvert.session.SendSpace;\n"
                + "import io.culvert.state.ConnectionState;\nimport io.culvert.congestion.bbr.Bbr;")));
        assertNone(wrongWayImports(sample("", "import io.culvert.carrier.Carrier;")));
        assertNone(wrongWayImports(sample("carrier", "import io.culvert.listen.Listener;")));
        assertNone(impureNames(sample("session", "import io.netty.buffer.ByteBuf;\nimport io.netty.util.AsciiString;\n"
                + "import java.net.InetSocketAddress;\nimport java.net.InetAddress;\n"
                + "import java.net.ConnectException;")));
        assertNone(impureNames(sample("carrier", "import io.netty.channel.Channel;")));
        assertNone(clockReadings(sample("carrier", "long nowNanos = ticker.nanoTime();")));
        assertNone(switchesOverState(sample("state", "switch (session.state()) { case ESTABLISHED: default: }")));
        assertNone(switchesOverState(sample("congestion", "switch (bbr.state()) { default: }")));
        assertNone(bannedNames(sample("session", "class Implied { } class Utilization { }")));
        assertNone(streams(sample("observe", "import java.util.stream.Stream;")));
    }

    private static Arguments breach(String name, Function<Source, List<String>> rule, String room, String statement) {
        return arguments(name, rule, room, statement);
    }

    private static Source sample(String room, String text) {
        String name = room.isEmpty() ? "io.culvert" : "io.culvert." + room;
        return new Source(name.replace('.', '/') + "/A.java", "package " + name + ";\n" + text + "\n");
    }

    private static List<String> each(Function<Source, List<String>> rule) {
        return sources.stream().flatMap(source -> rule.apply(source).stream()).toList();
    }

    private static void assertNone(List<String> violations) {
        assertTrue(violations.isEmpty(), () -> violations.stream().collect(Collectors.joining("\n", "\n", "\n")));
    }

    /** One file: its path, and its text with comments and literals blanked out, line by line as it was. */
    private record Source(String file, String code) {
        Source {
            code = COMMENT_OR_LITERAL.matcher(code)
                    .replaceAll(match -> match.group().replaceAll("[^\\n]", " "));
        }

        String directory() {
            return file.substring(0, file.lastIndexOf('/'));
        }

        String room() {
            Matcher declaration = PACKAGE.matcher(code);
            if (!declaration.find()) {
                return "(none)";
            }
            return declaration.group(1) == null ? ROOT : declaration.group(1);
        }

        List<String> find(Pattern pattern) {
            return find(pattern, match -> true);
        }

        /** What matches after the package declaration, as {@code file:line: match}. */
        List<String> find(Pattern pattern, Predicate<Matcher> counts) {
            List<String> found = new ArrayList<>();
            Matcher declaration = PACKAGE.matcher(code);
            Matcher matcher = pattern.matcher(code).region(declaration.find() ? declaration.end() : 0, code.length());
            while (matcher.find()) {
                if (counts.test(matcher)) {
                    long line = 1 + code.substring(0, matcher.start()).chars().filter(c -> c == '\n').count();
                    found.add(file + ":" + line + ": " + matcher.group().strip());
                }
            }
            return found;
        }
    }
}
