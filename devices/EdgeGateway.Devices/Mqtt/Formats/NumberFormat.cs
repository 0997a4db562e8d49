using System.Text;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>A payload that is nothing but a number, in °C unless the map says °F, or the state of an input.</summary>
internal sealed class NumberFormat(MqttSettings settings) : PayloadFormat
{
    private const int LongestText = 40;

    private readonly bool fahrenheit = ValueMap.IsFahrenheit(settings.Map);

    public override void Read(string device, string topic, ReadOnlySpan<byte> payload, PayloadReadings readings)
    {
        var text = payload.Length <= LongestText * 4 ? payload[Ascii.Trim(payload)] : payload;
        if (settings.Kind is not null)
        {
            if (States.Parse(text) is { } active)
            {
                readings.Add(new InputReading(device, null, active != settings.ActiveLow));
            }
            else
            {
                readings.Refuse("not a state: true or false, on or off, open or closed, 1 or 0");
            }
        }
        else if (text.Length <= LongestText && Numbers.TryParse(text, out var value))
        {
            readings.AddTemperature(device, null, fahrenheit ? Samples.FromFahrenheit(value) : value);
        }
        else
        {
            readings.Refuse("not a number");
        }
    }
}
