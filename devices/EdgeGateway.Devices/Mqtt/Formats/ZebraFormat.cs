using System.Text.Json;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>
/// Tag data of Zebra's fixed readers (<c>data.idHex</c>, one or an array of events) and of its handhelds
/// (<c>data.tagData[].EPCid</c>).
/// </summary>
internal sealed class ZebraFormat : PayloadFormat
{
    public override void Read(string device, string topic, ReadOnlySpan<byte> payload, PayloadReadings readings) =>
        ReadEvents(payload, readings, device, ReadEvent);

    private static void ReadEvent(ref Utf8JsonReader reader, string device, PayloadReadings readings)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            readings.Refuse("not a tag event of a Zebra reader: no object");
            reader.Skip();
            return;
        }

        // The time may stand after the tags, so the data are read once it is known.
        DateTimeOffset? observedAt = null;
        var hasData = false;
        Utf8JsonReader data = default;
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                data = reader;
                hasData = reader.TokenType == JsonTokenType.StartObject;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("timestamp"u8))
            {
                observedAt = reader.TakeTime();
            }
            else
            {
                reader.Skip();
            }
        }

        if (hasData)
        {
            ReadData(ref data, device, observedAt, readings);
        }
        else
        {
            readings.Refuse("not a tag event of a Zebra reader: no \"data\"");
        }
    }

    /// <summary>Either one tag's fields or a list of tags.</summary>
    private static void ReadData(ref Utf8JsonReader reader, string device, DateTimeOffset? observedAt, PayloadReadings readings)
    {
        var tag = default(Tag);
        var isList = false;
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("tagData"u8))
            {
                reader.Read();
                isList = true;
                ReadTags(ref reader, device, observedAt, readings);
            }
            else
            {
                tag.Take(ref reader);
            }
        }

        if (!tag.Hex.IsEmpty)
        {
            tag.AddTo(readings, device, observedAt);
        }
        else if (!isList)
        {
            readings.Refuse("not a tag event of a Zebra reader: no \"data.idHex\"");
        }
    }

    private static void ReadTags(ref Utf8JsonReader reader, string device, DateTimeOffset? observedAt, PayloadReadings readings)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            readings.Refuse("\"tagData\" of a Zebra handheld is not a list");
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadTag(ref reader, device, observedAt, readings);
            }
            else
            {
                readings.Refuse("\"tagData\" of a Zebra handheld holds something that is no tag");
                reader.Skip();
            }
        }
    }

    private static void ReadTag(ref Utf8JsonReader reader, string device, DateTimeOffset? observedAt, PayloadReadings readings)
    {
        var tag = default(Tag);
        while (reader.NextProperty())
        {
            tag.Take(ref reader);
        }

        tag.AddTo(readings, device, observedAt);
    }

    /// <summary>What is said of one tag.</summary>
    private ref struct Tag
    {
        private double? rssiDbm;
        private double? antenna;
        private double? reads;

        public ReadOnlySpan<byte> Hex { get; private set; }

        /// <summary>Takes the property at hand and passes it.</summary>
        public void Take(scoped ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals("idHex"u8) || reader.ValueTextEquals("EPCid"u8))
            {
                Hex = reader.TakeText();
            }
            else if (!reader.TakeNumber("peakRssi"u8, ref rssiDbm) && !reader.TakeNumber("antenna"u8, ref antenna)
                && !reader.TakeNumber("seenCount"u8, ref reads) && !reader.TakeNumber("reads"u8, ref reads))
            {
                reader.Skip();
            }
        }

        public readonly void AddTo(PayloadReadings readings, string device, DateTimeOffset? observedAt) =>
            readings.AddTag(device, observedAt, Hex, rssiDbm, antenna, reads);
    }
}
