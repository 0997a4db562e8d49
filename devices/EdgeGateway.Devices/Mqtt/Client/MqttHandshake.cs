using System.Buffers;
using System.IO.Pipelines;

namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>CONNECT and the broker's consent.</summary>
internal static class MqttHandshake
{
    private const int ReceiveBufferBytes = 64 * 1024;

    /// <summary>Connects within <see cref="MqttOptions.ConnectTimeout"/>; what came behind the answer waits in the input.</summary>
    /// <exception cref="MqttRefusedException">The broker does not want us, or not this version.</exception>
    /// <exception cref="TimeoutException">The broker did not answer in time.</exception>
    public static async Task<(Stream Stream, PipeReader Input, ConnAckPacket Answer)> OpenAsync(
        MqttOptions options, MqttVersion version, TimeProvider time, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        Stream? stream = null;
        try
        {
            stream = await MqttTransport.OpenAsync(options, cancel.Token);
            var connect = new ArrayBufferWriter<byte>();
            PacketWriter.Connect(connect, options, version);
            await stream.WriteAsync(connect.WrittenMemory, cancel.Token);
            var input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReceiveBufferBytes, leaveOpen: true));
            return (stream, input, await ReadAnswerAsync(input, options, version, cancel.Token));
        }
        catch (Exception e)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }

            if (e is OperationCanceledException && !stop.IsCancellationRequested)
            {
                throw new TimeoutException($"no answer within {options.ConnectTimeout.TotalSeconds:0.#} s", e);
            }

            throw;
        }
    }

    private static async Task<ConnAckPacket> ReadAnswerAsync(PipeReader input, MqttOptions options, MqttVersion version, CancellationToken cancel)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancel);
            var buffer = read.Buffer;
            if (PacketHeader.TryRead(buffer, out var header))
            {
                if (header.Type != PacketType.ConnAck || header.BodyLength > options.MaxPacketBytes)
                {
                    throw new MqttProtocolException($"CONNECT was answered by a packet of type {(int)header.Type} and {header.BodyLength} bytes");
                }

                if (buffer.Length >= header.Length + header.BodyLength)
                {
                    var body = buffer.Slice(header.Length, header.BodyLength);
                    var answer = ConnAckPacket.Parse(body.ToArray(), version);
                    input.AdvanceTo(body.End);
                    return answer.Code == 0 ? answer : throw Refused(answer);
                }
            }

            if (read.IsCompleted)
            {
                throw new MqttRefusedException("the broker hung up instead of answering CONNECT", RefusalCause.HungUp);
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static MqttRefusedException Refused(ConnAckPacket answer)
    {
        var unknownVersion = answer.Code is ReasonCode.UnsupportedVersion or ReasonCode.UnsupportedVersion311;
        return new MqttRefusedException(
            $"the broker refused the connection: {ReasonCode.Describe(answer.Code)}{(answer.ReasonString is { } said ? $" ({said})" : "")}",
            unknownVersion ? RefusalCause.Version : RefusalCause.Other);
    }
}
