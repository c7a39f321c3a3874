/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * docs/recipes.md quotes the code of this package to the letter, and all of it. In a Java file a recipe stands between
 * the lines {@code // recipe: NAME} and {@code // recipe ends}; in the document it follows the line
 * {@code <!-- recipe FILE.java: NAME -->} as a fenced block. {@code -Dculvert.docs.write=true} writes the quotes anew.
 */
class RecipesDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/recipes.md");
    private static final Path RECIPES = Path.of("src/test/java/io/culvert/examples/recipes");
    private static final Pattern RECIPE =
            Pattern.compile("(?ms)^ *// recipe: ([\\w -]+)\\n(.*?)^ *// recipe ends\\n");
    private static final Pattern QUOTE =
            Pattern.compile("(?ms)^<!-- recipe (\\w+\\.java): ([\\w -]+) -->\\n```java\\n(.*?)^```\\n");
    private static final Pattern NAMED = Pattern.compile("(?m)^<!-- recipe ");

    private static Map<String, String> recipes;
    private static String document;

    @BeforeAll
    static void readBoth() throws IOException {
        recipes = recipes();
        document = Files.readString(DOCUMENT);
        if (Boolean.getBoolean("culvert.docs.write")) {
            document = quotedAnew();
            Files.writeString(DOCUMENT, document);
        }
    }

    @Test
    void theDocumentQuotesEveryRecipeToTheLetter() {
        Map<String, String> quotes = new TreeMap<>();
        Matcher quote = QUOTE.matcher(document);
        while (quote.find()) {
            quotes.put(quote.group(1) + ": " + quote.group(2), quote.group(3));
        }
        assertFalse(recipes.isEmpty());
        assertEquals(recipes.keySet(), quotes.keySet());
        recipes.forEach((name, code) -> assertEquals(code, quotes.get(name), name));
    }

    @Test
    void everyLineThatNamesARecipeIsFollowedByItsCode() {
        assertEquals(QUOTE.matcher(document).results().count(), NAMED.matcher(document).results().count());
    }

    private static String quotedAnew() {
        return QUOTE.matcher(document).replaceAll(quote -> {
            String name = quote.group(1) + ": " + quote.group(2);
            assertNotNull(recipes.get(name), () -> "no recipe " + name);
            return Matcher.quoteReplacement("<!-- recipe " + name + " -->\n```java\n" + recipes.get(name) + "```\n");
        });
    }

    private static Map<String, String> recipes() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.list(RECIPES)) {
            for (Path file : files.filter(path -> !path.endsWith("RecipesDocumentTest.java")).toList()) {
                Matcher recipe = RECIPE.matcher(Files.readString(file));
                while (recipe.find()) {
                    String code = recipe.group(2).stripTrailing().stripIndent();
                    all.put(file.getFileName() + ": " + recipe.group(1), code + "\n");
                }
            }
        }
        return all;
    }
}
