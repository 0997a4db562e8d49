using System.Buffers;
using EdgeGateway.Devices.Mqtt.Client;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>Damaged packets without end: each is read or refused as malformed, none throws anything else.</summary>
[Trait("Speed", "Slow")]
public sealed class PacketFuzzTests
{
    private static readonly byte[][] Packets = [.. new[]
    {
        "20021000", "2003000000", "20130000101300642100142700010000290112000161", "300300016178", "3206000161000778", "3A06000161000778",
        "3406000161000900", "3009000161030B81017878", "320B0001610009040B010B027878", "40020007", "400400071000", "62020009", "9004000A0002",
        "9003000A02", "B004000B0000", "D000", "E000", "E0018E", "E0048E021F00", "F00118",
    }.Select(Convert.FromHexString)];

    [Fact]
    public void The_packet_reader_refuses_what_is_malformed_and_never_reads_beyond_it()
    {
        Fuzz.Run("packets", Packets, TestScale.Pick(5_000, 50_000, 1_000_000), input =>
        {
            foreach (var version in (MqttVersion[])[MqttVersion.V5, MqttVersion.V311])
            {
                ReadAll(input, version);
            }
        });
    }

    /// <summary>As the connection reads: packet after packet, from a buffer in two pieces.</summary>
    private static void ReadAll(byte[] input, MqttVersion version)
    {
        var rest = input.Length > 1 ? TwoPieces(input, input.Length / 2) : new ReadOnlySequence<byte>(input);
        try
        {
            while (PacketHeader.TryRead(rest, out var header) && rest.Length >= header.Length + header.BodyLength)
            {
                var body = rest.Slice(header.Length, header.BodyLength).ToArray();
                if (header.Type == PacketType.Publish)
                {
                    var publish = PublishPacket.Parse(header, body, version);
                    Assert.InRange(publish.PayloadOffset, 2, body.Length);
                    publish.IsFor(1);
                }
                else if (header.Type == PacketType.ConnAck)
                {
                    ConnAckPacket.Parse(body, version);
                }
                else
                {
                    var reader = new PacketReader(body);
                    reader.PacketId();
                    reader.Properties();
                }

                rest = rest.Slice(header.Length + header.BodyLength);
            }
        }
        catch (MqttProtocolException)
        {
            // The one answer to what is malformed.
        }
    }

    private static ReadOnlySequence<byte> TwoPieces(byte[] bytes, int at)
    {
        var first = new Piece(bytes.AsMemory(0, at), 0, null);
        var second = new Piece(bytes.AsMemory(at), at, first);
        return new ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long runningIndex, Piece? before)
        {
            Memory = memory;
            RunningIndex = runningIndex;
            before?.Next = this;
        }
    }
}
