using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>One sample of a probe: degrees or a fault, never both.</summary>
public sealed record TemperatureEvent : GatewayEvent
{
    /// <summary>°C; null when <see cref="Fault"/> says why there is none.</summary>
    public double? Celsius { get; init; }

    /// <summary>Why the probe gave no reading, for example <c>crc</c> or <c>power-on value</c>.</summary>
    public string? Fault { get; init; }

    /// <summary>Relative, 0 to 100 %.</summary>
    public double? Humidity { get; init; }

    /// <summary>Charge, 0 to 100 %.</summary>
    public double? Battery { get; init; }

    /// <summary>Name of the profile whose rules judge this probe.</summary>
    public string? Profile { get; init; }

    public override EventFamily Family => EventFamily.Temperature;

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumberIfSet("celsius"u8, Celsius);
        json.WriteStringIfSet("fault"u8, Fault);
        json.WriteNumberIfSet("humidity"u8, Humidity);
        json.WriteNumberIfSet("battery"u8, Battery);
        json.WriteStringIfSet("profile"u8, Profile);
    }
}
