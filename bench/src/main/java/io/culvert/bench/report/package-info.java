/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The report that a person reads: {@link io.culvert.bench.report.HtmlReport} turns results into one HTML file with SVG
 * charts, {@link io.culvert.bench.report.Report} is the command that makes one of several files of results.
 */
package io.culvert.bench.report;
