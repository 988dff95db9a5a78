using System.Buffers;
using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>Pipes over a stream, such as a TLS one.</summary>
public static class StreamConnection
{
    public static IDuplexPipe GetDuplex(
        Stream stream, PipeOptions? sendPipeOptions, PipeOptions? receivePipeOptions, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new PumpedStream(stream, sendPipeOptions, receivePipeOptions, name);
    }

    public static PipeReader GetReader(Stream stream, PipeOptions? pipeOptions = null, string? name = null) =>
        PipeReader.Create(stream, new StreamPipeReaderOptions(pipeOptions?.Pool));

    private sealed class PumpedStream : PumpedConnection
    {
        private readonly Stream _stream;

        internal PumpedStream(Stream stream, PipeOptions? sendPipeOptions, PipeOptions? receivePipeOptions, string? name)
            : base(sendPipeOptions, receivePipeOptions)
        {
            _stream = stream;
            Start(name);
        }

        private protected override int Receive(Span<byte> buffer) => _stream.Read(buffer);

        private protected override async ValueTask SendAsync(ReadOnlySequence<byte> data)
        {
            foreach (var piece in data)
            {
                await _stream.WriteAsync(piece).ConfigureAwait(false);
            }

            await _stream.FlushAsync().ConfigureAwait(false);
        }

        private protected override void ShutdownSend()
        {
            // A stream cannot be closed by half.
        }

        private protected override void CloseTransport() => _stream.Dispose();
    }
}
