/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * A network in a box: real Netty bootstraps, pipelines and timers, on one thread, in virtual time, with no socket.
 *
 * <pre>{@code
 * try (SimulatedWorld world = new SimulatedWorld(seed)) {
 *     InetAddress a = SimulatedNetwork.host("10.0.0.1");
 *     InetAddress b = SimulatedNetwork.host("10.0.0.2");
 *     world.network().between(a, b).delay(ofMillis(25)).loss(0.01).rate(10_000_000, 125_000);
 *     world.network().path(a, b).filter(DatagramFilter.dropNth(3, SegmentKind.DATA));
 *     ChannelFuture bound = new Bootstrap().group(world.loop()).channelFactory(world.network().socketFactory(b))
 *             .handler(handler).bind(7000);
 *     world.await(bound);
 *     ...
 *     world.runUntil(() -> received.size() == expected.size(), ofMinutes(1));
 *     world.runUntilQuiet(ofMinutes(5));
 *     world.assertNoLeak();
 * }
 * }</pre>
 *
 * <p>Read it in this order. {@link io.culvert.sim.SimulatedWorld} is what a test holds: a seed, a
 * {@link io.culvert.sim.VirtualLoop} to use as {@code bootstrap.group(loop)}, and a
 * {@link io.culvert.sim.SimulatedNetwork} whose {@link io.culvert.sim.SimulatedDatagramChannel sockets} behave as UDP
 * sockets do. A {@link io.culvert.sim.Path} leads from one host to another and has a delay, a rate, a queue, losses,
 * a filter. The {@link io.culvert.sim.WireLog} keeps what happened and draws it; the
 * {@link io.culvert.sim.LeakGuard} counts buffers. The same seed gives the same run, to the nanosecond.
 *
 * <p>Where only figures count, {@link io.culvert.sim.SimulatedWorld#forMeasuring} makes a world that keeps no log and
 * copies nothing, and the {@link io.culvert.sim.Bottleneck} of a path says how full its queue was. The kit without its
 * tests is an artifact of its own, with the classifier {@code sim}, for the benchmarks.
 */
package io.culvert.sim;
