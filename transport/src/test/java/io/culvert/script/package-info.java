/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Packet scripts: one real endpoint of ours against a peer whose every segment the test writes, in virtual time.
 *
 * <pre>{@code
 * try (Script s = Script.server()) {
 *     s.peer().sends(syn(1000).mss(1460));
 *     s.peer().expects(synAck(0, 1001).noWs());
 *     s.peer().sends(ack(1001, 1));
 *     s.expectsState(ESTABLISHED);
 *     s.app().writes("hello");
 *     s.peer().expects(data(1, "hello").acks(1001));
 *     s.peer().expectsAfter(s.rto(), data(1, "hello"));
 *     s.peer().sends(data(1001, "bye").acks(6).and(FIN));
 *     s.app().expectsRead("bye");
 *     s.app().expectsInputEnd();
 *     s.peer().expects(ack(6, 1005));
 *     s.expectsState(CLOSE_WAIT);
 * }
 * }</pre>
 *
 * <p>{@link io.culvert.script.Script} sets the scene, {@link io.culvert.script.Peer} sends and expects
 * {@link io.culvert.script.Spec segments}, {@link io.culvert.script.App} is what uses our channel. The peer's numbers
 * are absolute, ours count from our ISS. Every {@code expects} takes the next segment recorded; what nobody took fails
 * the script when it is closed. Nothing takes time but what waits.
 */
package io.culvert.script;
