/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Turns results into one HTML file that needs nothing else: no script, no font, no picture. It reads whatever the
 * results have; a benchmark that it does not know becomes bars and a table like the others.
 */
public final class HtmlReport {
    private static final List<Section> SECTIONS = List.of(
            new BarSection("throughput", "Throughput", "How fast one session carries bytes in one direction. Bars are"
                    + " medians of the rounds, whiskers reach from the slowest round to the fastest, striped bars are"
                    + " encrypted. “× TCP” is the ratio to plain kernel TCP in the same rounds, driven by the same kind"
                    + " of event loop or else by epoll; compare that: the absolute figures change with the machine and"
                    + " its load. CPU seconds are those of both sides together.", false, "Gbit/s") {
                @Override
                boolean takes(Row row) {
                    return super.takes(row) && !row.isOverLink();
                }
            },
            new LinkSection(),
            new LatencySection(),
            new BarSection("handshakes", "Handshakes", "Connections that are opened, say one message back and forth and"
                    + " are closed, several at any time.", false, "per second"),
            new BarSection("sessions", "Idle sessions", "What the server’s heap holds for a session that is open and"
                    + " silent: the heap in use after a collection, with the sessions less without, over their number."
                    + " Memory of the kernel and of native libraries is not in it, which flatters kernel TCP and QUIC."
                    + " Less is better.", true, "bytes"),
            new BarSection("fairness", "Fairness", "How evenly sessions that run at the same time share what there is,"
                    + " by Jain’s index: 1 if all have the same, 1/n if one of n has everything.", false, ""),
            new BarSection("codec", "Segments", "What it costs to read a datagram into a segment and to write a segment"
                    + " into a datagram, without a socket, and how much garbage that makes (B/op), by JMH. Less is"
                    + " better.", true, "ns/op") {
                @Override
                String group(Row row) {
                    return "";
                }

                @Override
                String name(Row row) {
                    return row.text("operation");
                }

                @Override
                Table table() {
                    return new Table().text("operation", row -> row.text("operation"))
                            .figure("ns/op", Row::median).written("rounds, least to most", row ->
                                    Html.figure(row.range()[0]) + " – " + Html.figure(row.range()[1]))
                            .figure("B/op", row -> row.number("allocatedBytesPerOp"));
                }
            });

    private HtmlReport() {
    }

    /**
     * Writes the report.
     *
     * @param html the file; its directory is made if it is missing
     * @param root the results: {@code {"environment": {...}, "results": [...]}}
     * @throws IOException if the file cannot be written
     */
    public static void write(Path html, JsonObject root) throws IOException {
        Path directory = html.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Files.writeString(html, page(root));
    }

    static String page(JsonObject root) throws IOException {
        Row all = new Row(root);
        List<Row> rows = new ArrayList<>();
        for (JsonElement result : all.array("results")) {
            if (result.isJsonObject()) {
                rows.add(new Row(result.getAsJsonObject()));
            }
        }
        Map<Section, List<Row>> sections = sections(rows);
        StringBuilder page = new StringBuilder(1 << 16);
        page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
                .append("<meta name=\"color-scheme\" content=\"light dark\"/>\n")
                .append(Html.element("title", "Culvert: benchmarks"))
                .append("<style>\n").append(resource("report.css")).append("</style>\n</head>\n<body>\n")
                .append(resource("stripes.svg"));
        page.append("<header>\n<h1>Culvert <small>beside what else there is</small></h1>\n")
                .append(Summary.html(rows)).append("</header>\n<nav>\n");
        sections.keySet().forEach(section -> page.append("<a href=\"#").append(Html.escape(section.id()))
                .append("\">").append(Html.escape(section.title())).append("</a>\n"));
        page.append("<a href=\"#systems\">Systems</a>\n<a href=\"#machine\">Machine</a>\n</nav>\n<main>\n");
        sections.forEach((section, taken) -> page.append(section.html(taken)));
        page.append(systems(rows, all)).append(Machine.html(all));
        return page.append("</main>\n</body>\n</html>\n").toString();
    }

    /** Every section that has something to say, with its rows; what nobody takes becomes bars. */
    private static Map<Section, List<Row>> sections(List<Row> rows) {
        Map<Section, List<Row>> sections = new LinkedHashMap<>();
        List<Row> left = new ArrayList<>(rows);
        for (Section section : SECTIONS) {
            List<Row> taken = left.stream().filter(section::takes).toList();
            left.removeAll(taken);
            if (!taken.isEmpty()) {
                sections.put(section, taken);
            }
        }
        Section.groups(left, Row::benchmark).forEach((name, others) -> sections.put(
                new BarSection(name, name, "", false, ""), others));
        return sections;
    }

    /** What was compared, and what was not. */
    private static String systems(List<Row> rows, Row all) {
        Map<String, String> remarks = new LinkedHashMap<>();
        rows.forEach(row -> remarks.putIfAbsent(row.system(), ""));
        for (JsonElement contender : all.array("contenders")) {
            if (contender.isJsonObject()) {
                Row row = new Row(contender.getAsJsonObject());
                remarks.put(row.system(), row.text("remark"));
            }
        }
        StringBuilder html = new StringBuilder("<section id=\"systems\">\n<h2>Systems</h2>\n<dl>\n");
        remarks.forEach((name, remark) -> html.append("<dt class=\"").append(Systems.of(name).colour())
                .append("\"><span class=\"swatch\"></span>").append(Html.escape(Systems.title(name)))
                .append("</dt>\n")
                .append(Html.element("dd", (Systems.of(name).description() + " " + remark).trim())));
        html.append("</dl>\n");
        Set<String> skipped = new LinkedHashSet<>();
        for (String key : new String[] {"absent", "notes"}) {
            all.array(key).forEach(note -> skipped.add(note(note)));
        }
        if (!skipped.isEmpty()) {
            html.append("<h3>Not measured, and notes</h3>\n<ul class=\"notes\">\n");
            skipped.forEach(note -> html.append(Html.element("li", note)));
            html.append("</ul>\n");
        }
        return html.append("</section>\n").toString();
    }

    /** A note is text, or names what was skipped and why. */
    private static String note(JsonElement note) {
        if (!note.isJsonObject()) {
            return note.isJsonPrimitive() ? note.getAsString() : note.toString();
        }
        Row row = new Row(note.getAsJsonObject());
        StringJoiner words = new StringJoiner(", ").add(row.label());
        for (String part : new String[] {row.benchmark(), row.mtu(), row.text("how")}) {
            if (!part.isEmpty()) {
                words.add(part);
            }
        }
        return words + ": " + row.text("reason");
    }

    static String resource(String name) throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
