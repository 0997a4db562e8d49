using System.Text;
using EdgeGateway.Agent.Configuration;
using EdgeGateway.Agent.Devices;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Tags;
using EdgeGateway.Devices.Tests.Gpio;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Agent.Tests;

/// <summary>From a probe's file over its rules to the buzzer's line, on a stand-in for the kernel of the GPIO chip.</summary>
public sealed class AlarmOutputTests : IAsyncLifetime
{
    private readonly TempFolder root = new();
    private readonly ManualTime time = new();
    private readonly FakeGpioKernel kernel = new();
    private readonly CancellationTokenSource stop = new();
    private BufferedGateway gateway = null!;
    private DeviceSupervisor supervisor = null!;
    private DriverHost host = null!;
    private Task running = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        root.Write("dev/gpiochip0", "");
        root.Write("sys/class/hwmon/hwmon0/name", "lm75\n");
        Measure(4);
        gateway = new BufferedGateway(time);
        host = new DriverHost
        {
            Logs = NullLoggerFactory.Instance,
            Time = time,
            Bus = new MqttClient(new MqttOptions { Host = "127.0.0.1", Port = 1, ClientId = "none" }, time, NullLogger.Instance),
            Root = root.Path,
            Kernel = kernel,
        };
        supervisor = new DeviceSupervisor(root.Path, new TagSmoothingSettings(), gateway.Buffer, gateway.Clock, time, NullLogger.Instance);
        var mistakes = new List<Mistake>();
        var configuration = ConfigurationReader.Read(
            Encoding.UTF8.GetBytes(
                """
                {
                  "gateway": { "id": "g1", "site": "dallas" }, "uplink": { "bootstrapServers": "127.0.0.1:1" },
                  "profiles": { "chilled": { "hardAbove": 15.0 } },
                  "devices": [ { "id": "t1", "driver": "hwmon", "address": "lm75/temp1", "every": "1s", "profile": "chilled" } ]
                }
                """),
            root.Path, mistakes);
        Assert.Empty(mistakes);
        await supervisor.Apply(configuration!, host);
        running = new AlarmOutput(new AlarmOutputSettings { Chip = "gpiochip0", Line = 22 }, supervisor, host, NullLogger.Instance).RunAsync(stop.Token);
    }

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await supervisor.DisposeAsync();
        await gateway.DisposeAsync();
        root.Dispose();
        stop.Dispose();
        Assert.Equal(0, kernel.OpenDescriptors);
    }

    [Fact]
    public async Task The_line_is_active_while_an_alarm_is_open()
    {
        Measure(20);
        await Passes(() => kernel.LineIsActive, "the buzzer sounds");
        Measure(4);
        await Passes(() => !kernel.LineIsActive, "the buzzer is still");
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task A_line_that_another_program_holds_is_taken_as_soon_as_it_is_free()
    {
        await Passes(() => kernel.Request is not null, "the line is taken");
        kernel.Removed = true;
        Measure(20);
        await Passes(() => supervisor.Alarms().Count > 0, "the alarm opens");
        await Passes(() => kernel.OpenDescriptors == 0, "the line of the chip that is gone is given up");

        kernel.HeldBy = "buzzer-test";
        kernel.Removed = false;
        var opened = kernel.Opened.Count;
        await Passes(() => kernel.Opened.Count > opened, "the line is asked for again");
        Assert.False(kernel.LineIsActive);
        kernel.HeldBy = null;
        await Passes(() => kernel.LineIsActive, "the buzzer sounds");
    }

    private void Measure(double celsius) => root.Write("sys/class/hwmon/hwmon0/temp1_input", $"{celsius * 1000}\n");

    private Task Passes(Func<bool> condition, string what) => Eventually.True(
        () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        what,
        TimeSpan.FromSeconds(20));
}
