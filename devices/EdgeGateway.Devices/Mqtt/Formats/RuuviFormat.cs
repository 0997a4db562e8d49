using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>Advertisements a Ruuvi Gateway passes on, of tags that send data format 5; others are no readings.</summary>
internal sealed class RuuviFormat : PayloadFormat
{
    /// <summary>An extended advertisement of Bluetooth LE.</summary>
    private const int LongestAdvertisement = 255;

    private const byte ManufacturerData = 0xFF;

    /// <summary>Of the data from the company identifier on: temperature and humidity are the first of format 5.</summary>
    private const int Format5Length = 2 + 24;

    public override void Read(string device, string topic, ReadOnlySpan<byte> payload, PayloadReadings readings) =>
        ReadJson(payload, readings, device, ReadMessage);

    private static void ReadMessage(ref Utf8JsonReader reader, string device, PayloadReadings readings)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            readings.Refuse("not a message of a Ruuvi Gateway: no object");
            return;
        }

        DateTimeOffset? observedAt = null;
        ReadOnlySpan<byte> hex = [];
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("data"u8))
            {
                hex = reader.TakeText();
            }
            else if (reader.ValueTextEquals("ts"u8))
            {
                observedAt = reader.TakeTime();
            }
            else
            {
                reader.Skip();
            }
        }

        Span<byte> advertisement = stackalloc byte[LongestAdvertisement];
        if (hex.IsEmpty || hex.Length > LongestAdvertisement * 2
            || Convert.FromHexString(hex, advertisement, out _, out var length) != OperationStatus.Done)
        {
            readings.Refuse("not a message of a Ruuvi Gateway: \"data\" is not an advertisement in hex");
            return;
        }

        var data = FindFormat5(advertisement[..length]);
        if (data.IsEmpty)
        {
            readings.Refuse("not an advertisement of a Ruuvi tag in data format 5");
            return;
        }

        var temperature = BinaryPrimitives.ReadInt16BigEndian(data[1..]);
        var humidity = BinaryPrimitives.ReadUInt16BigEndian(data[3..]);
        var percent = humidity == ushort.MaxValue ? (double?)null : humidity * 0.0025;
        if (temperature == short.MinValue)
        {
            readings.AddFault(device, observedAt, "no value", percent);
        }
        else
        {
            readings.AddTemperature(device, observedAt, Math.Round(temperature * 0.005, 3), percent);
        }
    }

    /// <summary>An advertisement is a row of structures: length, type, data.</summary>
    private static ReadOnlySpan<byte> FindFormat5(ReadOnlySpan<byte> advertisement)
    {
        while (advertisement.Length > 1)
        {
            var length = advertisement[0];
            if (length == 0 || length >= advertisement.Length)
            {
                return [];
            }

            var data = advertisement.Slice(2, length - 1);
            if (advertisement[1] == ManufacturerData && data.Length >= Format5Length && data.StartsWith((ReadOnlySpan<byte>)[0x99, 0x04, 0x05]))
            {
                return data[2..];
            }

            advertisement = advertisement[(1 + length)..];
        }

        return [];
    }
}
