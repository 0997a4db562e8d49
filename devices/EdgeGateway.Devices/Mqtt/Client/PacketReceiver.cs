using System.Buffers;
using System.IO.Pipelines;

namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>Reads packets and gives each to whom it is for.</summary>
/// <param name="input">Where from.</param>
/// <param name="options">Bounds a packet.</param>
/// <param name="version">Protocol of the connection.</param>
/// <param name="messages">Takes messages.</param>
/// <param name="requests">Takes the answers to what we sent.</param>
/// <param name="sender">Ends the exchange of a message at QoS 2.</param>
/// <param name="time">For how long the broker has been silent.</param>
internal sealed class PacketReceiver(
    PipeReader input, MqttOptions options, MqttVersion version, InboundMessages messages, OutboundRequests requests, PacketSender sender, TimeProvider time)
{
    private byte[] scratch = [];
    private int skip;
    private long lastReceived = time.GetTimestamp();
    private volatile bool heldBack;

    /// <summary>For how long nothing came; zero while messages are held back: then what comes lies unread behind them.</summary>
    public TimeSpan Silence => heldBack ? TimeSpan.Zero : time.GetElapsedTime(Volatile.Read(ref lastReceived));

    /// <summary>Reads until cancelled, or until the connection ends: then with the exception that says why.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancel);
            Volatile.Write(ref lastReceived, time.GetTimestamp());
            var rest = read.Buffer;
            while (TakePacket(ref rest) is var step && step != ReadStep.NeedBytes)
            {
                if (step != ReadStep.Done)
                {
                    await HoldBackAsync(step, cancel);
                }
            }

            if (read.IsCompleted)
            {
                throw new IOException(
                    $"the broker closed the connection; if it does so again and again, another client uses our client id '{options.ClientId}'");
            }

            input.AdvanceTo(rest.Start, rest.End);
        }
    }

    /// <summary>Nothing more is read, and TCP tells the broker, until the packet at hand can be handed out.</summary>
    private async Task HoldBackAsync(ReadStep step, CancellationToken cancel)
    {
        heldBack = true;
        await messages.WaitAsync(step, cancel);
        Volatile.Write(ref lastReceived, time.GetTimestamp());
        heldBack = false;
    }

    /// <summary>Handles the first packet of <paramref name="rest"/> and cuts it off, when it is whole and may go on.</summary>
    private ReadStep TakePacket(ref ReadOnlySequence<byte> rest)
    {
        if (skip > 0)
        {
            var skipped = (int)Math.Min(skip, rest.Length);
            skip -= skipped;
            rest = rest.Slice(skipped);
        }

        if (!PacketHeader.TryRead(rest, out var header))
        {
            return ReadStep.NeedBytes;
        }

        if (header.BodyLength > options.MaxPacketBytes && header.Type != PacketType.Publish)
        {
            throw new MqttProtocolException(
                $"a packet of type {(int)header.Type} has {header.BodyLength} bytes", MqttProtocolException.TooLarge);
        }

        var kept = Math.Min(header.BodyLength, options.MaxPacketBytes);
        if (rest.Length < header.Length + kept)
        {
            return ReadStep.NeedBytes;
        }

        var body = Contiguous(rest.Slice(header.Length, kept));
        if (header.Type == PacketType.Publish)
        {
            var step = messages.HandOut(header, body);
            if (step != ReadStep.Done)
            {
                return step;
            }
        }
        else
        {
            TakeAnswer(header, body.Span);
        }

        rest = rest.Slice(header.Length + kept);
        skip = header.BodyLength - kept;
        return ReadStep.Done;
    }

    private ReadOnlyMemory<byte> Contiguous(ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment)
        {
            return body.First;
        }

        var length = (int)body.Length;
        if (scratch.Length < length)
        {
            scratch = new byte[length];
        }

        body.CopyTo(scratch);
        return scratch.AsMemory(0, length);
    }

    private void TakeAnswer(PacketHeader header, ReadOnlySpan<byte> body)
    {
        var reader = new PacketReader(body);
        switch (header.Type)
        {
            case PacketType.PubAck:
            case PacketType.UnsubAck:
                requests.Complete(header.Type, reader.PacketId(), header.Type == PacketType.PubAck && !reader.AtEnd ? reader.Byte() : (byte)0);
                break;
            case PacketType.SubAck:
                var id = reader.PacketId();
                if (version == MqttVersion.V5)
                {
                    reader.Properties();
                }

                requests.Complete(header.Type, id, reader.Byte());
                break;
            case PacketType.PubRel:
                sender.CompleteQos2(reader.PacketId());
                break;
            case PacketType.PingResp:
                break;
            case PacketType.Disconnect:
                throw new IOException($"the broker closed the connection: {(reader.AtEnd ? "no reason given" : ReasonCode.Describe(reader.Byte()))}");
            default:
                throw new MqttProtocolException(
                    $"a packet of type {(int)header.Type} is not for a client at this time", MqttProtocolException.ProtocolError);
        }
    }
}
