using System.Buffers.Text;

namespace EdgeGateway.Devices.Iio;

/// <summary>
/// Polls one IIO temperature channel, and the humidity of the same sensor where it has one. The kernel shows either
/// the value itself or a raw count with its offset and scale: (raw + offset) × scale.
/// </summary>
internal sealed class IioDriver(IioSettings settings, DriverHost host) : PolledProbe(settings.Id, settings.Every, host)
{
    private IioChannel? found;
    private Celsius toCelsius = new(settings.Scale);

    protected override ProbeSample Read()
    {
        if (found is null || !found.IsStillThere())
        {
            found = null;
            var matches = IioChannels.Scan(Root).Where(channel => channel.Answers(settings.Address)).Take(8).ToList();
            if (matches.Count != 1)
            {
                return ProbeSample.Unplugged(matches.Count == 0
                    ? WhyAbsent()
                    : $"{settings.Address} means several sensors; use one of {string.Join(", ", matches.Select(match => match.FullAddress))}");
            }

            found = matches[0];
            toCelsius = new Celsius(settings.Scale);
        }

        return Processed(found.Folder, found.Channel, out var empty) is { } milliCelsius
            ? toCelsius.Of(milliCelsius) with { Humidity = Humidity(found.Folder) }
            : empty
                ? ProbeSample.Unplugged("the sensor gives no value: it is missing on its bus; check its plug")
                : ProbeSample.Faulty("unreadable", $"{found.Folder}/in_{found.Channel}_… do not hold numbers");
    }

    protected override string WhyAbsent()
    {
        var present = IioChannels.Scan(Root).Take(8).Select(channel => channel.FullAddress).ToList();
        return $"no IIO sensor answers to {settings.Address}; check its wiring, its bus address and that its driver is loaded (device tree overlay, modprobe); there now: "
            + (present.Count == 0 ? "nothing" : string.Join(", ", present));
    }

    // A humidity beyond 0 to 100 % is left out: the temperature beside it is still good.
    private static double? Humidity(string folder) =>
        Processed(folder, "humidityrelative", out _) / 1000 is { } percent and >= 0 and <= 100 ? percent : null;

    private static double? Processed(string folder, string channel, out bool empty)
    {
        var name = Path.Combine(folder, "in_" + channel);
        empty = false;
        if (File.Exists(name + "_input"))
        {
            return Number(name + "_input", out empty);
        }

        if (!File.Exists(name + "_raw"))
        {
            return null;
        }

        return (Number(name + "_raw", out empty) + OptionalNumber(name + "_offset", 0)) * OptionalNumber(name + "_scale", 1);
    }

    private static double? OptionalNumber(string path, double otherwise) => File.Exists(path) ? Number(path, out _) : otherwise;

    private static double? Number(string path, out bool empty)
    {
        Span<byte> buffer = stackalloc byte[64];
        var text = KernelFile.Read(path, buffer);
        empty = text.IsEmpty;
        return Utf8Parser.TryParse(text, out double value, out var used) && used == text.Length ? value : null;
    }
}
