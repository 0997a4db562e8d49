using System.Buffers.Binary;

namespace EdgeGateway.Devices.Llrp;

/// <summary>Messages of bounded length over a stream. Keep-alives are answered here, whatever else is awaited.</summary>
internal sealed class LlrpConnection(Stream stream, TimeProvider time)
{
    /// <summary>Longest message that is taken, bytes: some thousand tags in one report.</summary>
    public const int LongestMessage = 256 * 1024;

    private byte[] buffer = new byte[4096];
    private Task<LlrpMessage>? pending;

    public ValueTask SendAsync(LlrpWriter message, CancellationToken stop) => stream.WriteAsync(message.Finish(), stop);

    /// <summary>The next message that is no keep-alive. Its body is valid until the next call.</summary>
    /// <exception cref="TimeoutException">Nothing, not even a keep-alive, for that long. The next call goes on waiting for the same message.</exception>
    /// <exception cref="InvalidDataException">What comes is not LLRP, or is longer than is taken.</exception>
    /// <exception cref="EndOfStreamException">The reader closed the connection.</exception>
    public async Task<LlrpMessage> ReceiveAsync(TimeSpan within, CancellationToken stop)
    {
        while (true)
        {
            pending ??= ReadAsync(stop);
            var message = await pending.WaitAsync(within, time, stop);
            pending = null;
            if (message.Type != LlrpMessageType.KeepAlive)
            {
                return message;
            }

            await SendAsync(new LlrpWriter(LlrpMessageType.KeepAliveAck, message.Id), stop);
        }
    }

    private async Task<LlrpMessage> ReadAsync(CancellationToken stop)
    {
        await stream.ReadExactlyAsync(buffer.AsMemory(0, LlrpWriter.HeaderLength), stop);
        var first = BinaryPrimitives.ReadUInt16BigEndian(buffer);
        var length = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(2));
        var id = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(6));
        var version = (first >> 10) & 0x7;
        if (version is 0 or > 2 || length is < LlrpWriter.HeaderLength or > LongestMessage)
        {
            throw new InvalidDataException($"not an LLRP message: version {version}, {length} bytes");
        }

        var bodyLength = (int)length - LlrpWriter.HeaderLength;
        if (bodyLength > buffer.Length)
        {
            buffer = new byte[bodyLength];
        }

        await stream.ReadExactlyAsync(buffer.AsMemory(0, bodyLength), stop);
        return new LlrpMessage((LlrpMessageType)(first & 0x3FF), id, buffer.AsMemory(0, bodyLength));
    }
}

/// <summary>A message without its header.</summary>
internal readonly record struct LlrpMessage(LlrpMessageType Type, uint Id, ReadOnlyMemory<byte> Body);
