using System.Globalization;
using System.Text.Json;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests;

/// <summary>What the drivers make of files as the kernel shows them; the first line of a recording says what must come of it.</summary>
public sealed class KernelRecordingTests : IDisposable
{
    private readonly TempFolder tree = new();

    public static IEnumerable<object[]> Recordings =>
        new[] { "Hwmon", "Iio" }.SelectMany(folder => Directory.GetFiles(Folder(folder)).Order(StringComparer.Ordinal).Select(file => new[] { folder, Path.GetFileName(file) }));

    public void Dispose() => tree.Dispose();

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task A_recording_gives_what_its_first_line_says(string folder, string name)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Folder(folder), name));
        foreach (var line in lines.Skip(1))
        {
            // Nothing after the colon is a file that holds nothing.
            var parts = (line + " ").Split(": ", 2);
            tree.Write("sys/" + parts[0], parts[1].Length == 0 ? "" : parts[1].TrimEnd() + "\n");
        }

        var (driver, address, expected) = (folder.ToLowerInvariant(), lines[0][2..].Split(" = ")[0], lines[0].Split(" = ")[1]);
        var settings = (DeviceSettings)JsonSerializer.Deserialize(
            JsonSerializer.Serialize(new { id = "probe", driver, address }), DriverRegistry.All[driver].Settings, JsonSerializerOptions.Web)!;
        await using var run = DriverRun.Start(settings, tree.Path);
        await run.Until(sink => sink.Readings.Count > 0, "a reading");

        var reading = run.Sink.Of<TemperatureReading>()[0];
        Assert.Equal(expected, reading.Fault ?? Math.Round(reading.Celsius!.Value, 3).ToString(CultureInfo.InvariantCulture));
    }

    private static string Folder(string driver) => Repository.PathOf($"devices/EdgeGateway.Devices/{driver}/recordings");
}
