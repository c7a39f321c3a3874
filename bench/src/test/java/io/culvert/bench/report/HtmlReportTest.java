/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** What is written parses as XML, so that text which is not escaped is noticed, and can be asked with XPath. */
class HtmlReportTest {
    private static JsonObject json(String text) {
        return JsonParser.parseString(text.replace('\'', '"')).getAsJsonObject();
    }

    private static JsonObject results(String... rows) {
        return json("{'environment': {'java': 'J', 'arguments': ['all']}, 'results': [" + String.join(",", rows)
                + "]}");
    }

    private static Document page(JsonObject root) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(HtmlReport.page(root))));
    }

    private static List<Element> elements(Document page, String path) throws Exception {
        NodeList nodes = (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, page, XPathConstants.NODESET);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static List<String> texts(Document page, String path) throws Exception {
        return elements(page, path).stream().map(element -> element.getTextContent().trim()).toList();
    }

    private static String throughput(String system, String io, double median, String more) {
        return "{'benchmark': 'throughput', 'system': '" + system + "', 'io': '" + io + "', 'mtu': 1500, 'rounds': ["
                + 0.5 * median + "," + median + "," + 1.2 * median + "], 'median': " + median + ", 'unit': 'Gbit/s'"
                + more + "}";
    }

    private static String overLink(String system, String congestion, double lossPercent, double median) {
        return "{'benchmark': 'throughput', 'system': '" + system + "', 'congestion': '" + congestion + "', 'unit':"
                + " 'Mbit/s', 'median': " + median + ", 'path': {'kind': 'emulated', 'rateMbit': 100, 'rttMillis': 50,"
                + " 'lossPercent': " + lossPercent + "}}";
    }

    @Test
    void barsAreAsLongAsTheirFigures() throws Exception {
        Document page = page(results(throughput("culvert", "epoll", 20, ", 'ratioToKernelTcp': 0.5"),
                throughput("tcp", "epoll", 40, ", 'ratioToKernelTcp': 1"),
                throughput("quic", "epoll", 5, ", 'ratioToKernelTcp': 0.125")));
        assertEquals(List.of("Kernel TCP, epoll", "Culvert, epoll", "Netty QUIC, epoll"),
                texts(page, "//*[@id='throughput']//*[@class='name']"));
        assertEquals(List.of("40.0 Gbit/s · 1.00 × TCP", "20.0 Gbit/s · 0.50 × TCP", "5.00 Gbit/s · 0.13 × TCP"),
                texts(page, "//*[@id='throughput']//*[@class='value']"));
        // The greatest round is 48, so that the axis ends at 50
        assertEquals(List.of("80%", "40%", "10%"), elements(page, "//*[@id='throughput']//*[@class='fill']").stream()
                .map(bar -> bar.getAttribute("width")).toList());
        Element whisker = elements(page, "//*[@id='throughput']//*[@class='whisker']").get(0);
        assertEquals("40%", whisker.getAttribute("x1"));
        assertEquals("96%", whisker.getAttribute("x2"));
        assertEquals(List.of("0", "10", "20", "30", "40", "50 Gbit/s"),
                texts(page, "//*[@id='throughput']//*[@class='tick']"));
    }

    @Test
    void culvertStandsOutAndEncryptionIsStriped() throws Exception {
        Document page = page(results(throughput("culvert", "epoll", 20, ""),
                throughput("culvert", "epoll", 10, ", 'tls': true"), throughput("tcp", "epoll", 40, ", 'tls': false"),
                throughput("quic", "epoll", 5, "")));
        assertEquals(List.of("Culvert, epoll", "Culvert + TLS, epoll"),
                texts(page, "//*[contains(@class, 'bar') and contains(@class, 'strong')]/*[@class='name']"));
        assertEquals(List.of("Culvert + TLS, epoll", "Netty QUIC, epoll"),
                texts(page, "//*[@class='hatch']/../*[@class='name']"));
    }

    @Test
    void everyPathHasAChart() throws Exception {
        Document page = page(results(throughput("tcp", "epoll", 40, ", 'path': {'kind': 'loopback'}"),
                throughput("tcp", "epoll", 2, ", 'path': {'kind': 'veth', 'mtu': 1500}"),
                throughput("tcp", "epoll", 50, "").replace("1500", "0")));
        assertEquals(List.of("loopback, MTU 1500", "two network namespaces (veth), MTU 1500",
                "loopback, as large as the path takes"), texts(page, "//*[@id='throughput']//h3"));
        assertEquals(3, elements(page, "//*[@id='throughput']//svg").size());
    }

    @Test
    void tilesSayHowCulvertStands() throws Exception {
        Document page = page(results(throughput("culvert", "nio", 10, ", 'ratioToKernelTcp': 0.25"),
                throughput("culvert", "epoll", 30, ", 'ratioToKernelTcp': 0.75"),
                throughput("culvert", "epoll", 3, ", 'tls': true, 'ratioToKernelTcp': 0.1"),
                throughput("tcp", "epoll", 40, ", 'ratioToKernelTcp': 1"),
                "{'benchmark': 'sessions', 'system': 'culvert', 'median': 2000, 'unit': 'bytes'}"));
        assertEquals(List.of("0.75 × kernel TCP’s throughput, MTU 1500, epoll",
                "2000 bytes, heap for an idle session"), texts(page, "//*[@class='tiles']/li"));
    }

    @Test
    void latencyIsACurveOfPercentiles() throws Exception {
        Document page = page(results("{'benchmark': 'latency', 'system': 'culvert', 'io': 'epoll', 'messageBytes': 64,"
                + " 'unit': 'us', 'median': 50, 'percentiles': [[50, 50], [90, 80], [99, 100], [99.9, 500]]}"));
        assertEquals(List.of("loopback, 64-byte messages"), texts(page, "//*[@id='latency']//h3"));
        String[] points = elements(page, "//*[@id='latency']//polyline").get(0).getAttribute("points").split(" ");
        assertEquals(4, points.length);
        double[] x = new double[points.length];
        for (int i = 0; i < points.length; i++) {
            x[i] = Double.parseDouble(points[i].substring(0, points[i].indexOf(',')));
        }
        assertEquals(x[2] - x[1], x[3] - x[2], 0.1, "a nine is as long as another");
        assertTrue(texts(page, "//*[@id='latency']//svg[@class='chart']/*[@class='tick']")
                .containsAll(List.of("50", "500 µs", "50 %", "99.9 %")));
        assertEquals(List.of("Culvert, epoll", "50.0", "80.0", "100", "500", "µs"),
                texts(page, "//*[@id='latency']//td"));
    }

    @Test
    void linksHaveALineForEachCongestionControl() throws Exception {
        Document page = page(results(overLink("tcp", "cubic", 0, 94), overLink("tcp", "cubic", 1, 2.5),
                overLink("tcp", "bbr", 0, 93), overLink("tcp", "bbr", 1, 90), overLink("culvert", "bbr", 0, 92),
                overLink("culvert", "bbr", 1, 88)));
        assertEquals(0, elements(page, "//*[@id='throughput']").size());
        assertEquals(List.of("Kernel TCP, CUBIC", "Kernel TCP, BBR", "Culvert, BBR"),
                texts(page, "//*[@id='links']//*[@class='legend']/li"));
        List<Element> curves = elements(page, "//*[@id='links']//polyline");
        assertEquals(3, curves.size());
        assertEquals(2, curves.get(0).getAttribute("points").split(" ").length);
        assertEquals("", curves.get(0).getAttribute("stroke-dasharray"));
        assertEquals(curves.get(1).getAttribute("stroke-dasharray"), curves.get(2).getAttribute("stroke-dasharray"));
        assertEquals(1, elements(page, "//*[@id='links']//*[@class='mark']").size());
        assertEquals(List.of("emulated link, 100 Mbit/s, 50 ms round trip, 0 % loss", "94.0", "93.0", "92.0",
                "emulated link, 100 Mbit/s, 50 ms round trip, 1 % loss", "2.50", "90.0", "88.0"),
                texts(page, "//*[@id='links']//td"));
    }

    @Test
    void codecShowsTimeAndGarbage() throws Exception {
        Document page = page(results("{'benchmark': 'codec', 'system': 'culvert', 'operation': 'parse SYN', 'rounds':"
                + " [9, 10, 11], 'median': 10, 'unit': 'ns/op', 'allocatedBytesPerOp': 0}"));
        assertEquals(List.of("parse SYN"), texts(page, "//*[@id='codec']//*[@class='name']"));
        assertEquals(List.of(), texts(page, "//*[@id='codec']//h3"));
        assertEquals(List.of(), texts(page, "//*[@id='codec']//*[contains(@class, 'strong')]"));
        assertEquals(List.of("parse SYN", "10.0", "9.00 – 11.0", "0.00"), texts(page, "//*[@id='codec']//td"));
    }

    @Test
    void anUnknownBenchmarkIsShownLikeTheOthers() throws Exception {
        Document page = page(results("{'benchmark': 'novelty', 'system': 'somebody', 'median': 3, 'unit': 'things'}"));
        assertEquals(List.of("somebody"), texts(page, "//*[@id='novelty']//*[@class='name']"));
        assertEquals(List.of("3.00 things"), texts(page, "//*[@id='novelty']//*[@class='value']"));
    }

    @Test
    void saysWhatWasComparedAndWhatWasNot() throws Exception {
        JsonObject root = results(throughput("kcp", "nio", 0.6, ", 'parameters': {'window': 1024}"));
        root.add("contenders", JsonParser.parseString("[{\"system\": \"kcp\", \"remark\": \"With nodelay.\"}]"));
        root.add("absent", JsonParser.parseString("[{\"benchmark\": \"throughput\", \"system\": \"quic\","
                + " \"io\": \"nio\", \"how\": \"skipped\", \"reason\": \"no native library\"}, \"a note\"]"));
        Document page = page(root);
        assertTrue(texts(page, "//*[@id='systems']//dd").get(0).endsWith("With nodelay."));
        assertEquals(List.of("Netty QUIC, nio, throughput, skipped: no native library", "a note"),
                texts(page, "//*[@class='notes']/li"));
        assertEquals(List.of("window 1024"), texts(page, "//*[@id='throughput']/details//dd"));
    }

    @Test
    void commandLinesCanBeCopied() throws Exception {
        JsonObject root = json("{'environment': {'os': 'Linux', 'arguments': ['all', '--json', 'a b.json']}}");
        assertTrue(texts(page(root), "//pre").get(0)
                .endsWith("java -jar bench/target/culvert-bench.jar all --json 'a b.json'"));
        root.add("runs", json("{'runs': [{'arguments': ['throughput']}, {'arguments': ['codec']}]}").get("runs"));
        assertEquals(2, texts(page(root), "//pre").get(0).split("culvert-bench.jar").length - 1);
    }

    @Test
    void textIsEscapedWhereverItStands() throws Exception {
        String hostile = "<script>x</script>&\\\"' onload=";
        JsonObject root = results("{'benchmark': 'BAD', 'system': 'BAD', 'io': 'BAD', 'median': 1, 'unit': 'BAD',"
                + " 'parameters': {'BAD': 'BAD'}, 'path': {'kind': 'BAD'}}",
                "{'benchmark': 'latency', 'system': 'BAD', 'percentiles': [[50, 1], [99, 2]]}",
                "{'benchmark': 'codec', 'system': 'culvert', 'operation': 'BAD', 'median': 1}",
                overLink("BAD", "BAD", 0, 1), overLink("BAD", "BAD", 1, 1));
        root = JsonParser.parseString(root.toString().replace("BAD", hostile)).getAsJsonObject();
        root.getAsJsonObject("environment").addProperty("<b>", "<i>\"&");
        root.add("absent", JsonParser.parseString("[\"" + hostile + "\", {\"system\": \"" + hostile + "\"}]"));
        Document page = page(root);
        assertEquals(0, elements(page, "//script | //b | //i | //*[@onload]").size());
        assertTrue(texts(page, "//h2").contains("<script>x</script>&\"' onload="));
    }

    @Test
    void needsNothingElse(@TempDir Path directory) throws IOException {
        Path html = directory.resolve("new/report.html");
        HtmlReport.write(html, results(throughput("culvert", "epoll", 20, "")));
        String page = Files.readString(html);
        assertTrue(page.startsWith("<!DOCTYPE html>"));
        for (String outside : new String[] {"http:", "https:", "src=", "<script", "<link", "@import", "@font-face"}) {
            assertFalse(page.contains(outside), outside);
        }
        assertEquals(page.split("url\\(").length, page.split("url\\(#").length);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{}", "{'results': []}", "{'results': [{}]}", "{'results': [1, null, 'x']}", "{'environment': null}",
        "{'results': [{'benchmark': 'throughput', 'system': null, 'median': null, 'rounds': null, 'path': 3}]}",
        "{'results': [{'benchmark': 'throughput', 'system': 'culvert', 'rounds': ['x'], 'median': 'x'}]}",
        "{'results': [{'benchmark': 'throughput', 'system': 'culvert', 'median': 0, 'unit': 'Gbit/s'}]}",
        "{'results': [{'benchmark': 'latency', 'system': 'culvert', 'percentiles': [[50], 3, [100, 0]]}]}",
        "{'results': [{'benchmark': 'latency', 'system': 'culvert', 'percentiles': [[50, 5], [100, 5]]}]}",
        "{'results': [{'benchmark': 'latency', 'system': 'culvert', 'percentiles': []}]}"})
    void whatIsMissingIsLeftOut(String results) throws Exception {
        Document page = page(json(results));
        assertEquals(1, elements(page, "//h1").size());
        String text = page.getDocumentElement().getTextContent();
        assertFalse(text.contains("NaN") || text.contains("Infinity"), text);
        assertEquals(0, elements(page, "//*[contains(@points, 'NaN') or contains(@width, 'NaN')]").size());
    }
}
