namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>
/// Tells what is new in retained messages, which a broker sends again at each subscription, days old or not. A value
/// whose age nobody knows must not make a dead probe look alive.
/// </summary>
internal sealed class RetainedReadings
{
    /// <summary>By device, the latest time a source gave.</summary>
    private readonly Dictionary<string, DateTimeOffset> latestByDevice = new(StringComparer.Ordinal);

    /// <summary>True when the reading is to be taken: not retained, newer than all before, or the present state of an input.</summary>
    public bool IsNews(Reading reading, bool retained)
    {
        if (reading.ObservedAt is not { } observedAt)
        {
            // An input holds its state until it says otherwise, so its retained state is the present one.
            return !retained || reading is InputReading;
        }

        var known = latestByDevice.TryGetValue(reading.Device, out var latest);
        if (retained && known && observedAt <= latest)
        {
            return false;
        }

        if (!known || observedAt > latest)
        {
            latestByDevice[reading.Device] = observedAt;
        }

        return true;
    }
}
