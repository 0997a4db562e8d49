using System.Text.Json;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>Locations of OwnTracks; its other messages (transitions, cards, last will) are passed over.</summary>
internal sealed class OwnTracksFormat : PayloadFormat
{
    private const double KilometresPerHour = 1 / 3.6;

    public override void Read(string device, string topic, ReadOnlySpan<byte> payload, PayloadReadings readings) =>
        ReadJson(payload, readings, device, ReadLocation);

    private static void ReadLocation(ref Utf8JsonReader reader, string device, PayloadReadings readings)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            readings.Refuse("not a message of OwnTracks: no object");
            return;
        }

        bool isLocation = false, isEncrypted = false, hasType = false;
        DateTimeOffset? observedAt = null;
        double? latitude = null, longitude = null, accuracy = null, speed = null, course = null;
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("_type"u8))
            {
                reader.Read();
                hasType = reader.TokenType == JsonTokenType.String;
                isLocation = hasType && reader.ValueTextEquals("location"u8);
                isEncrypted = hasType && reader.ValueTextEquals("encrypted"u8);
                reader.Skip();
            }
            else if (reader.ValueTextEquals("tst"u8))
            {
                observedAt = reader.TakeTime();
            }
            else if (!reader.TakeNumber("lat"u8, ref latitude) && !reader.TakeNumber("lon"u8, ref longitude) && !reader.TakeNumber("acc"u8, ref accuracy)
                && !reader.TakeNumber("vel"u8, ref speed) && !reader.TakeNumber("cog"u8, ref course))
            {
                reader.Skip();
            }
        }

        if (isLocation && latitude is { } north && longitude is { } east)
        {
            readings.AddPosition(device, observedAt, north, east, accuracy, speed * KilometresPerHour, course);
        }
        else if (isLocation || isEncrypted || !hasType)
        {
            readings.Refuse(isEncrypted
                ? "an encrypted message of OwnTracks; leave its payload encryption off and use TLS"
                : isLocation ? "a location of OwnTracks without \"lat\" and \"lon\"" : "not a message of OwnTracks: no \"_type\"");
        }
    }
}
