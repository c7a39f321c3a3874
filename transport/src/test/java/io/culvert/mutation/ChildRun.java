/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.mutation;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintStream;
import java.util.Arrays;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The child process: runs test classes until one test fails and says which. Ends with 0 when all pass, {@link #NOTICED}
 * when one failed, anything else when they did not run.
 */
final class ChildRun {
    static final int NOTICED = 3;
    private static final int NOTHING_RAN = 4;

    private ChildRun() {
    }

    /** Runs the classes named. */
    public static void main(String[] classNames) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(classNames).map(name -> selectClass(name)).toList())
                .build();
        FirstFailure listener = new FirstFailure(System.out);
        LauncherFactory.create().execute(request, listener);
        // threads that a broken rule has left behind do not keep the process
        Runtime.getRuntime().halt(listener.passed > 0 ? 0 : NOTHING_RAN);
    }

    /** Ends the process at the first failure. */
    private static final class FirstFailure implements TestExecutionListener {
        private final PrintStream out;
        private int passed;

        FirstFailure(PrintStream out) {
            this.out = out;
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                String place = test.getUniqueId().replaceAll(".*\\.(\\w+)\\].*", "$1");
                out.println(RuleBreaker.NOTICED_BY + place + "." + test.getDisplayName());
                out.flush();
                Runtime.getRuntime().halt(NOTICED);
            }
            passed += test.isTest() ? 1 : 0;
        }
    }
}
