/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslProvider;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** gRPC on top. */
@Timeout(60)
class GrpcTest {
    private static final int CALLS = 200;
    private static final int PIECES = 100;
    private static final int DEADLINE_MILLIS = 300;
    private static final byte[] ASKED = Payload.of(100);

    private static byte[] echo(Channel channel, byte[] request) {
        return ClientCalls.blockingUnaryCall(channel, GrpcService.ECHO, inTime(), request);
    }

    private static CallOptions inTime() {
        return CallOptions.DEFAULT.withDeadlineAfter(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static byte[] pieces(int count) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(count).array();
    }

    private static CompletableFuture<byte[]> hold(Channel channel, CallOptions options) {
        Answer answer = new Answer();
        ClientCalls.asyncUnaryCall(channel.newCall(GrpcService.HOLD, options), ASKED, answer);
        return answer.last;
    }

    private static Status failure(CompletableFuture<byte[]> answer) {
        return Status.fromThrowable(assertThrows(ExecutionException.class,
                () -> answer.get(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS)).getCause());
    }

    private static void await(CompletableFuture<?> event) throws Exception {
        event.get(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource
    void answersUnaryCalls(Io io) throws Exception {
        try (Loops loops = new Loops(io); GrpcRig rig = new GrpcRig(loops)) {
            for (int call = 0; call < CALLS; call++) {
                byte[] request = Payload.of(call * 100);
                assertArrayEquals(request, echo(rig.client, request));
            }
            assertEquals(1, rig.accepted.size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersUnaryCallsOverTls(Io io) throws Exception {
        try (Loops loops = new Loops(io); GrpcRig rig = new GrpcRig(loops, SslProvider.JDK)) {
            assertArrayEquals(ASKED, echo(rig.client, ASKED));
        }
    }

    @ParameterizedTest
    @EnumSource
    void streamsHundredMebibytesDown(Io io) throws Exception {
        MessageDigest expected = GrpcService.sha256();
        MessageDigest got = GrpcService.sha256();
        try (Loops loops = new Loops(io); GrpcRig rig = new GrpcRig(loops)) {
            Iterator<byte[]> pieces = ClientCalls.blockingServerStreamingCall(rig.client, GrpcService.DOWNLOAD,
                    inTime(), pieces(PIECES));
            for (int piece = 0; piece < PIECES; piece++) {
                got.update(pieces.next());
                expected.update(GrpcService.piece(piece));
            }
            assertFalse(pieces.hasNext());
            assertArrayEquals(expected.digest(), got.digest());
        }
    }

    @ParameterizedTest
    @EnumSource
    void streamsHundredMebibytesUp(Io io) throws Exception {
        try (Loops loops = new Loops(io); GrpcRig rig = new GrpcRig(loops)) {
            Upload upload = new Upload(PIECES);
            ClientCalls.asyncClientStreamingCall(rig.client.newCall(GrpcService.UPLOAD, inTime()), upload);
            await(upload.last);
            assertArrayEquals(upload.digest.digest(), upload.last.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void talksBothWays(Io io) throws Exception {
        try (Loops loops = new Loops(io); GrpcRig rig = new GrpcRig(loops)) {
            Answer answers = new Answer();
            StreamObserver<byte[]> chat = ClientCalls.asyncBidiStreamingCall(
                    rig.client.newCall(GrpcService.CHAT, inTime()), answers);
            MessageDigest said = GrpcService.sha256();
            for (int message = 0; message < CALLS; message++) {
                chat.onNext(Payload.of(message));
                said.update(Payload.of(message));
            }
            chat.onCompleted();
            await(answers.last);
            assertArrayEquals(said.digest(), answers.digest.digest());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCancelledStreamEndsAtTheServerAndNothingElseDoes(Io io) throws Exception {
        try (Loops loops = new Loops(io); GrpcRig rig = new GrpcRig(loops)) {
            CompletableFuture<Void> begun = new CompletableFuture<>();
            Answer answer = new Answer() {
                @Override
                public void onNext(byte[] piece) {
                    begun.complete(null);
                }
            };
            ClientCalls.asyncServerStreamingCall(rig.client.newCall(GrpcService.DOWNLOAD, inTime()),
                    pieces(Integer.MAX_VALUE), answer);
            await(begun);
            answer.request.cancel("enough", null);
            await(rig.service.cancelled);
            assertEquals(Status.Code.CANCELLED, failure(answer.last).getCode());
            assertArrayEquals(ASKED, echo(rig.client, ASKED));
            assertEquals(1, rig.accepted.size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineIsKeptOnBothSides(Io io) throws Exception {
        try (Loops loops = new Loops(io); GrpcRig rig = new GrpcRig(loops)) {
            echo(rig.client, ASKED);
            CompletableFuture<byte[]> held = hold(rig.client,
                    CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS));
            assertEquals(Status.Code.DEADLINE_EXCEEDED, failure(held).getCode());
            await(rig.service.cancelled);
            assertArrayEquals(ASKED, echo(rig.client, ASKED));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetDuringACallIsUnavailableAndTheNextCallConnectsAnew(Io io) throws Exception {
        try (Loops loops = new Loops(io); GrpcRig rig = new GrpcRig(loops)) {
            CompletableFuture<byte[]> held = hold(rig.client, inTime());
            await(rig.service.called);
            Loops.reset(rig.accepted.get(0));
            assertEquals(Status.Code.UNAVAILABLE, failure(held).getCode());
            await(rig.service.cancelled);
            assertArrayEquals(ASKED, echo(rig.client, ASKED));
            assertEquals(2, rig.accepted.size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatStopsEndsTheCallsThatItHolds(Io io) throws Exception {
        try (Loops loops = new Loops(io); GrpcRig rig = new GrpcRig(loops)) {
            CompletableFuture<byte[]> held = hold(rig.client, inTime());
            await(rig.service.called);
            rig.server.shutdownNow();
            // it resets them with HTTP/2's CANCEL
            assertEquals(Status.Code.CANCELLED, failure(held).getCode());
            rig.server.awaitTermination(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobodyThereIsUnavailableAtOnce(Io io) throws Exception {
        InetSocketAddress nobody;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) free.getLocalSocketAddress();
        }
        try (Loops loops = new Loops(io)) {
            NettyChannelBuilder builder = GrpcRecipe.client(loops.group(), nobody).usePlaintext();
            ManagedChannel client = builder.build();
            Status status = assertThrows(StatusRuntimeException.class, () -> echo(client, ASKED)).getStatus();
            assertEquals(Status.Code.UNAVAILABLE, status.getCode());
            assertInstanceOf(ConnectException.class, status.getCause());
            client.shutdownNow().awaitTermination(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** The end of a call, and the digest of what came. */
    private static class Answer implements ClientResponseObserver<byte[], byte[]> {
        final CompletableFuture<byte[]> last = new CompletableFuture<>();
        final MessageDigest digest = GrpcService.sha256();
        ClientCallStreamObserver<byte[]> request;
        private byte[] latest;

        @Override
        public void beforeStart(ClientCallStreamObserver<byte[]> request) {
            this.request = request;
        }

        @Override
        public void onNext(byte[] message) {
            latest = message;
            digest.update(message);
        }

        @Override
        public void onError(Throwable cause) {
            last.completeExceptionally(cause);
        }

        @Override
        public void onCompleted() {
            last.complete(latest);
        }
    }

    /** Sends pieces as fast as the stream takes them. */
    private static final class Upload extends Answer {
        private final int pieces;
        private int sent;

        Upload(int pieces) {
            this.pieces = pieces;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<byte[]> request) {
            request.setOnReadyHandler(() -> {
                while (request.isReady() && sent < pieces) {
                    byte[] piece = GrpcService.piece(sent++);
                    digest.update(piece);
                    request.onNext(piece);
                    if (sent == pieces) {
                        request.onCompleted();
                    }
                }
            });
        }

        @Override
        public void onNext(byte[] checksum) {
            last.complete(checksum);
        }
    }
}
