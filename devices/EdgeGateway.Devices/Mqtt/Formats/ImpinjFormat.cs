using System.Buffers.Text;
using System.Text.Json;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>
/// Events of Impinj's IoT device interface (R700), one or an array of them; an empty array keeps a connection alive.
/// Events that are about no tag are passed over.
/// </summary>
internal sealed class ImpinjFormat : PayloadFormat
{
    private const int LongestEpcBytes = 62;

    public override void Read(string device, string topic, ReadOnlySpan<byte> payload, PayloadReadings readings) =>
        ReadEvents(payload, readings, device, ReadEvent);

    private static void ReadEvent(ref Utf8JsonReader reader, string device, PayloadReadings readings)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            readings.Refuse("not an event of an Impinj reader: no object");
            reader.Skip();
            return;
        }

        // The time of the event may stand after the tag.
        DateTimeOffset? observedAt = null;
        bool hasTag = false, isOther = false;
        Utf8JsonReader tag = default;
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("tagInventoryEvent"u8))
            {
                reader.Read();
                tag = reader;
                hasTag = reader.TokenType == JsonTokenType.StartObject;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("timestamp"u8))
            {
                observedAt = reader.TakeTime();
            }
            else if (reader.ValueTextEquals("eventType"u8))
            {
                reader.Read();
                isOther = reader.TokenType == JsonTokenType.String && !reader.ValueTextEquals("tagInventory"u8);
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        if (hasTag)
        {
            ReadTag(ref tag, device, observedAt, readings);
        }
        else if (!isOther)
        {
            readings.Refuse("not an event of an Impinj reader: no \"tagInventoryEvent\"");
        }
    }

    private static void ReadTag(ref Utf8JsonReader reader, string device, DateTimeOffset? observedAt, PayloadReadings readings)
    {
        ReadOnlySpan<byte> hex = [], base64 = [];
        double? hundredths = null, antenna = null;
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("epcHex"u8))
            {
                hex = reader.TakeText();
            }
            else if (reader.ValueTextEquals("epc"u8))
            {
                base64 = reader.TakeText();
            }
            else if (reader.ValueTextEquals("lastSeenTime"u8))
            {
                observedAt = reader.TakeTime() ?? observedAt;
            }
            else if (!reader.TakeNumber("antennaPort"u8, ref antenna) && !reader.TakeNumber("peakRssiCdbm"u8, ref hundredths))
            {
                reader.Skip();
            }
        }

        var rssi = hundredths / 100;
        if (!hex.IsEmpty)
        {
            readings.AddTag(device, observedAt, hex, rssi, antenna, reads: null);
        }
        else
        {
            AddBase64(base64, device, observedAt, rssi, antenna, readings);
        }
    }

    private static void AddBase64(
        ReadOnlySpan<byte> base64, string device, DateTimeOffset? observedAt, double? rssi, double? antenna, PayloadReadings readings)
    {
        Span<byte> epc = stackalloc byte[LongestEpcBytes];
        Span<byte> hex = stackalloc byte[LongestEpcBytes * 2];
        if (base64.Length is > 0 and <= LongestEpcBytes * 4 / 3
            && Base64Url.DecodeFromUtf8(base64, epc, out _, out var count) == System.Buffers.OperationStatus.Done
            && Convert.TryToHexString(epc[..count], hex, out var digits))
        {
            readings.AddTag(device, observedAt, hex[..digits], rssi, antenna, reads: null);
        }
        else
        {
            readings.Refuse("the tag of an Impinj reader has neither \"epcHex\" nor an \"epc\" in base64url");
        }
    }
}
