using System.Buffers.Text;

namespace EdgeGateway.Devices.Hwmon;

/// <summary>Polls one hwmon channel. The chip is found by its name, since its number moves.</summary>
internal sealed class HwmonDriver(HwmonSettings settings, DriverHost host) : PolledProbe(settings.Id, settings.Every, host)
{
    private HwmonChannel? found;
    private Celsius toCelsius = new(settings.Scale);

    protected override ProbeSample Read()
    {
        if (found is null || !found.IsStillThere())
        {
            found = null;
            var matches = HwmonChannels.Scan(Root).Where(channel => channel.Answers(settings.Address)).Take(8).ToList();
            if (matches.Count != 1)
            {
                return ProbeSample.Unplugged(matches.Count == 0
                    ? WhyAbsent()
                    : $"{settings.Address} means several chips; use one of {string.Join(", ", matches.Select(match => match.FullAddress))}");
            }

            found = matches[0];
            toCelsius = new Celsius(settings.Scale);
        }

        return Read(found.InputPath);
    }

    protected override string WhyAbsent()
    {
        var present = HwmonChannels.Scan(Root).Take(8).Select(channel => channel.FullAddress).ToList();
        return $"no hwmon chip answers to {settings.Address}; check its wiring, address pins and that its driver is loaded (device tree overlay, modprobe); there now: "
            + (present.Count == 0 ? "nothing" : string.Join(", ", present));
    }

    private ProbeSample Read(string path)
    {
        Span<byte> buffer = stackalloc byte[64];
        var faultFile = string.Concat(path.AsSpan(0, path.Length - "input".Length), "fault");
        if (File.Exists(faultFile) && KernelFile.Read(faultFile, buffer).SequenceEqual("1"u8))
        {
            return ProbeSample.Faulty("sensor open or shorted", "the chip says that its sensor is open or short-circuited: check the sensor's wires");
        }

        var text = KernelFile.Read(path, buffer);
        if (text.IsEmpty)
        {
            return ProbeSample.Unplugged("the chip gives no value: its sensor is missing; check its plug");
        }

        return Utf8Parser.TryParse(text, out long raw, out var used) && used == text.Length
            ? toCelsius.Of(raw)
            : ProbeSample.Faulty("unreadable", $"{path} does not hold a number");
    }
}
