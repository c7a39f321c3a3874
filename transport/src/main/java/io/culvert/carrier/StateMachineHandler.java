/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.session.Session;
import io.culvert.session.TimerKind;
import io.culvert.session.Transit;
import io.culvert.state.CloseReason;
import io.culvert.state.ConnectionAction;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import io.culvert.state.Transition;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Turns facts into events, events into transitions, transitions into actions. */
final class StateMachineHandler extends ChannelInboundHandlerAdapter {
    private final Carrier carrier;
    private ChannelHandlerContext ctx;

    StateMachineHandler(Carrier carrier) {
        this.carrier = carrier;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        this.ctx = ctx;
        carrier.attach(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof Transit transit) {
            drainFacts(transit.session());
        } else {
            ctx.fireChannelRead(message);
        }
    }

    /** A deadline of the session has come, and reliability has noted what it means. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Session session) {
            drainFacts(session);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** "May I send?": once the session is over, nothing but the reset that ended it. */
    void transmit(Session session) {
        if (session.state() != ConnectionState.CLOSED || session.outbox.isResetOrdered()) {
            ctx.write(session, ctx.voidPromise());
        }
    }

    void drainFacts(Session session) {
        for (ConnectionEvent fact = session.facts.poll(); fact != null; fact = session.facts.poll()) {
            fire(session, fact);
        }
    }

    /** Moves the session and does what the table says. */
    void fire(Session session, ConnectionEvent event) {
        Transition transition = session.machine.fire(event);
        if (transition.ignored()) {
            return;
        }
        long now = carrier.now();
        carrier.totals.moved(transition.from(), transition.to());
        // RST leaves while the session still has its sequence numbers
        if (transition.has(ConnectionAction.SEND_RST)) {
            session.outbox.orderReset();
            carrier.transmit(session);
        }
        session.config.observer.stateChanged(session, transition.from(), transition.to(), event, now);
        order(session, transition);
        tell(session, transition);
        if (transition.has(ConnectionAction.START_TIME_WAIT)) {
            carrier.timeWaits.enter(session, now);
        }
        enter(session, transition, now);
    }

    private static void order(Session session, Transition transition) {
        if (transition.has(ConnectionAction.SEND_SYN) || transition.has(ConnectionAction.SEND_SYN_ACK)) {
            session.outbox.orderSyn();
        }
        if (transition.has(ConnectionAction.SEND_ACK)) {
            session.acks.ackNow();
        }
        if (transition.has(ConnectionAction.SEND_FIN)) {
            session.snd.queueFin();
        }
    }

    private static void tell(Session session, Transition transition) {
        if (transition.has(ConnectionAction.TELL_CONNECTED)) {
            session.inbox.noteConnected();
        }
        if (transition.has(ConnectionAction.TELL_INPUT_END)) {
            session.inbox.noteInputEnd();
        }
        if (transition.has(ConnectionAction.TELL_FAILED)) {
            session.inbox.noteFailed();
        }
    }

    private void enter(Session session, Transition transition, long now) {
        if (session.isPassive() && carrier.listener() != null) {
            carrier.listener().moved(transition.from(), transition.to());
        }
        if (transition.to() == ConnectionState.ESTABLISHED) {
            session.keepalive.start(session, now);
            session.natKeepalive.settingsChanged(session);
        }
        if (transition.to() == ConnectionState.FIN_WAIT_2 && session.isFullyClosed()) {
            session.timers.stop(TimerKind.ORPHAN);
            session.timers.set(TimerKind.FIN_WAIT_2, now + session.config.finWait2Nanos);
        }
        if (transition.to() == ConnectionState.CLOSED) {
            session.machine.closeReason(transition.has(ConnectionAction.SEND_RST)
                    ? CloseReason.ABORTED : CloseReason.CLOSED);
            carrier.remove(session);
        }
        Handshakes.count(carrier.totals, session, transition, now);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        carrier.errors.onException(cause);
    }
}
