/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;

/** A service of every kind of call, without a compiler's help: messages are bytes. */
final class GrpcService {
    static final int PIECE_BYTES = 1 << 20;

    /** Answers with the request. */
    static final MethodDescriptor<byte[], byte[]> ECHO = method("Echo", MethodDescriptor.MethodType.UNARY);
    /** Never answers. */
    static final MethodDescriptor<byte[], byte[]> HOLD = method("Hold", MethodDescriptor.MethodType.UNARY);
    /** Sends as many pieces as the request, an int, says. */
    static final MethodDescriptor<byte[], byte[]> DOWNLOAD =
            method("Download", MethodDescriptor.MethodType.SERVER_STREAMING);
    /** Answers with the SHA-256 of all that came. */
    static final MethodDescriptor<byte[], byte[]> UPLOAD =
            method("Upload", MethodDescriptor.MethodType.CLIENT_STREAMING);
    /** Answers each message with itself. */
    static final MethodDescriptor<byte[], byte[]> CHAT = method("Chat", MethodDescriptor.MethodType.BIDI_STREAMING);

    /** Completed when a call of {@link #HOLD} or {@link #DOWNLOAD} has come, and when one was cancelled. */
    final CompletableFuture<Void> called = new CompletableFuture<>();
    final CompletableFuture<Void> cancelled = new CompletableFuture<>();

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setType(type).setFullMethodName(MethodDescriptor.generateFullMethodName("culvert.Try", name)).build();
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder("culvert.Try")
                .addMethod(ECHO, ServerCalls.asyncUnaryCall((request, answer) -> {
                    answer.onNext(request);
                    answer.onCompleted();
                }))
                .addMethod(HOLD, ServerCalls.asyncUnaryCall((request, answer) -> observed(answer)))
                .addMethod(DOWNLOAD, ServerCalls.asyncServerStreamingCall((request, answer) ->
                        send(observed(answer), ByteBuffer.wrap(request).getInt())))
                .addMethod(UPLOAD, ServerCalls.asyncClientStreamingCall(Digesting::new))
                .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(Echoing::new))
                .build();
    }

    static byte[] piece(int index) {
        byte[] piece = Payload.of(PIECE_BYTES);
        ByteBuffer.wrap(piece).putInt(index);
        return piece;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private ServerCallStreamObserver<byte[]> observed(StreamObserver<byte[]> answer) {
        ServerCallStreamObserver<byte[]> observed = (ServerCallStreamObserver<byte[]>) answer;
        observed.setOnCancelHandler(() -> cancelled.complete(null));
        called.complete(null);
        return observed;
    }

    private static void send(ServerCallStreamObserver<byte[]> answer, int pieces) {
        answer.setOnReadyHandler(new Runnable() {
            private int sent;

            @Override
            public void run() {
                while (answer.isReady() && sent < pieces) {
                    answer.onNext(piece(sent++));
                    if (sent == pieces) {
                        answer.onCompleted();
                    }
                }
            }
        });
    }

    /** The message that is its own encoding. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Digesting implements StreamObserver<byte[]> {
        private final StreamObserver<byte[]> answer;
        private final MessageDigest digest = sha256();

        Digesting(StreamObserver<byte[]> answer) {
            this.answer = answer;
        }

        @Override
        public void onNext(byte[] piece) {
            digest.update(piece);
        }

        @Override
        public void onError(Throwable cause) {
            // the call is over
        }

        @Override
        public void onCompleted() {
            answer.onNext(digest.digest());
            answer.onCompleted();
        }
    }

    private record Echoing(StreamObserver<byte[]> answer) implements StreamObserver<byte[]> {
        @Override
        public void onNext(byte[] message) {
            answer.onNext(message);
        }

        @Override
        public void onError(Throwable cause) {
            // the call is over
        }

        @Override
        public void onCompleted() {
            answer.onCompleted();
        }
    }
}
