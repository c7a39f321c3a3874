/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Where the figures come from, and how to have them again. */
final class Machine {
    private static final String JAR = "java -jar bench/target/culvert-bench.jar";

    private Machine() {
    }

    static String html(Row all) {
        JsonObject environment = all.object("environment");
        StringBuilder html = new StringBuilder("<section id=\"machine\">\n<h2>Machine</h2>\n<dl class=\"facts\">\n");
        for (Map.Entry<String, JsonElement> fact : environment.entrySet()) {
            if (!fact.getKey().equals("arguments")) {
                html.append(Html.element("dt", words(fact.getKey()))).append(Html.element("dd", text(fact.getValue())));
            }
        }
        html.append("</dl>\n<h2>Reproduce</h2>\n<pre>mvn -q package -DskipTests\n");
        for (String line : commandLines(all)) {
            html.append(Html.escape(line)).append('\n');
        }
        return html.append("</pre>\n<p>Both sides of every benchmark are processes of their own, the systems take turns"
                + " round by round, and what counts is the ratio within a round. A busy machine makes the figures"
                + " smaller and the whiskers longer. Differences within the whiskers mean nothing.</p>\n</section>\n")
                .toString();
    }

    /** Of one run or, where results of several are put together, of each. */
    private static List<String> commandLines(Row all) {
        List<String> lines = new ArrayList<>();
        for (JsonElement run : all.array("runs")) {
            if (run.isJsonObject()) {
                lines.add(commandLine(new Row(run.getAsJsonObject())));
            }
        }
        return lines.isEmpty() ? List.of(commandLine(new Row(all.object("environment")))) : lines;
    }

    private static String commandLine(Row environment) {
        StringJoiner line = new StringJoiner(" ").add(JAR);
        environment.array("arguments").forEach(argument -> line.add(quoted(text(argument))));
        return line.toString();
    }

    private static String quoted(String argument) {
        return argument.matches("[\\w./:=,+@%-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }

    private static String text(JsonElement value) {
        return value.isJsonPrimitive() ? value.getAsString() : value.isJsonNull() ? "" : value.toString();
    }

    /** {@code maxHeapMebibytes} becomes {@code max heap mebibytes}. */
    private static String words(String name) {
        StringBuilder words = new StringBuilder();
        for (char c : name.toCharArray()) {
            words.append(Character.isUpperCase(c) ? " " + Character.toLowerCase(c) : String.valueOf(c));
        }
        return words.toString();
    }
}
