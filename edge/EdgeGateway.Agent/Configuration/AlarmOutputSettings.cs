namespace EdgeGateway.Agent.Configuration;

/// <summary>Signals on the spot whether any alarm is open: over MQTT, on a GPIO line, or both.</summary>
public sealed record AlarmOutputSettings
{
    /// <summary>MQTT topic that gets a retained <c>ON</c> while an alarm is open and <c>OFF</c> otherwise; null for none.</summary>
    public string? Topic { get; init; }

    /// <summary>GPIO chip of a buzzer, relay or lamp, for example <c>gpiochip0</c>; null for none.</summary>
    public string? Chip { get; init; }

    /// <summary>Line on <see cref="Chip"/>, from 0.</summary>
    public int? Line { get; init; }

    /// <summary>True when low voltage switches the line on.</summary>
    public bool ActiveLow { get; init; }
}
