/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a native image is told of reflection is what the code does. */
final class NativeImageTest {
    private static final Path CLASSES = Path.of("target", "classes");
    private static final Path METADATA =
            CLASSES.resolve("META-INF/native-image/io.culvert/culvert-transport/reflect-config.json");
    private static final Pattern CONDITION = Pattern.compile("\"typeReachable\": \"([^\"]+)\"");
    private static final Pattern NAME = Pattern.compile("\"name\": \"([a-z][^\"]+\\.[^\"]+)\"");
    private static final Pattern LOOKED_FOR = Pattern.compile("(?:isPresent|Class\\.forName)\\(\"([^\"]+)\"");

    private static Set<String> all(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static String className(Path file) {
        String name = CLASSES.relativize(file).toString();
        return name.substring(0, name.length() - ".class".length()).replace('/', '.');
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, NativeImageTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(name + " does not exist", e);
        }
    }

    @Test
    void everyClassNamedExists() throws IOException {
        String metadata = Files.readString(METADATA);
        all(CONDITION, metadata).forEach(NativeImageTest::load);
        all(NAME, metadata).stream().filter(name -> name.startsWith("io.culvert.")).forEach(NativeImageTest::load);
    }

    @Test
    void channelsHaveTheirConstructors() throws ReflectiveOperationException, IOException {
        String metadata = Files.readString(METADATA);
        for (Class<?> channel : Set.of(CulvertChannel.class, CulvertServerChannel.class)) {
            assertTrue(Modifier.isPublic(channel.getConstructor().getModifiers()));
            String entry = "\"name\": \"" + channel.getName() + "\", \"methods\": [{\"name\": \"<init>\"";
            assertTrue(metadata.contains(entry), entry);
        }
    }

    /** Netty looks up which methods of a handler are its own. */
    @Test
    void everyHandlerIsNamed() throws IOException {
        Set<String> handlers = new TreeSet<>();
        try (Stream<Path> files = Files.walk(CLASSES.resolve("io/culvert"))) {
            files.filter(file -> file.toString().endsWith(".class"))
                    .map(file -> load(className(file)))
                    .filter(type -> ChannelHandler.class.isAssignableFrom(type) && !type.isInterface()
                            && !Modifier.isAbstract(type.getModifiers()))
                    .forEach(type -> handlers.add(type.getName()));
        }
        Set<String> named = all(Pattern.compile("\"name\": \"([^\"]+)\", \"queryAllPublicMethods\": true"),
                Files.readString(METADATA));
        assertEquals(handlers, named);
    }

    @Test
    void everyClassLookedForByNameIsNamed() throws IOException {
        Set<String> looked = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
            for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                looked.addAll(all(LOOKED_FOR, Files.readString(source)));
            }
        }
        Set<String> named = all(NAME, Files.readString(METADATA));
        assertTrue(looked.size() >= 5, looked.toString());
        assertTrue(named.containsAll(looked), () -> looked + " are looked for, of which " + named + " are named");
    }
}
