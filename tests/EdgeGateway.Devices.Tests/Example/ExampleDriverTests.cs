using System.Text.RegularExpressions;
using EdgeGateway.Devices.Thermal;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Example;

/// <summary>The walk-through of devices/README.md: its code is built with these tests, word for word, and works.</summary>
public sealed partial class ExampleDriverTests
{
    [Theory]
    [InlineData("ThermalSettings.cs")]
    [InlineData("ThermalDriver.cs")]
    public async Task The_code_in_the_walk_through_is_the_code_that_is_built(string file)
    {
        var readme = await File.ReadAllTextAsync(Repository.PathOf("devices/README.md"));
        var built = await File.ReadAllTextAsync(Repository.PathOf("tests/EdgeGateway.Devices.Tests/Example/Thermal/" + file));

        Assert.Contains(built.Trim(), CodeBlock().Matches(readme).Select(block => block.Groups["code"].Value.Trim()));
    }

    [Fact]
    public async Task The_walk_through_s_one_line_makes_a_driver_that_reads()
    {
        using var tree = new TempFolder();
        tree.Write("sys/class/thermal/thermal_zone0/temp", "48250\n");
        var kind = DriverKind.Of<ThermalSettings>((settings, host) => new ThermalDriver(settings, host));
        Assert.Contains(
            "[\"thermal\"] = DriverKind.Of<ThermalSettings>((settings, host) => new ThermalDriver(settings, host)),",
            await File.ReadAllTextAsync(Repository.PathOf("devices/README.md")), StringComparison.Ordinal);
        var sink = new RecordingSink();
        using var stop = new CancellationTokenSource();

        var running = kind.Create(new ThermalSettings { Id = "cpu", Driver = "thermal", Zone = 0 }, DriverRun.HostOf(tree.Path, TimeProvider.System))
            .RunAsync(sink, stop.Token);
        await Eventually.True(() => sink.Readings.Count > 0, "a reading");
        await stop.CancelAsync();

        Assert.Equal(48.25, sink.Of<TemperatureReading>()[0].Celsius);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeBlock();
}
