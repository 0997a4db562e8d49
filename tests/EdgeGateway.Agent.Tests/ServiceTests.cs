using System.Net.Sockets;
using System.Text;
using EdgeGateway.Testing;

namespace EdgeGateway.Agent.Tests;

/// <summary>The executable as systemd sees it: notices, signals, exit codes.</summary>
public sealed class ServiceTests : IAsyncLifetime
{
    private const int HangUp = 1;

    private readonly RunningGateway gateway = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    [Fact]
    public async Task Ready_reloading_watchdog_and_stopping_are_told_to_systemd()
    {
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };
        systemd.Bind(new UnixDomainSocketEndPoint(gateway["notify"]));
        gateway.Set("NOTIFY_SOCKET", gateway["notify"]);
        gateway.Set("WATCHDOG_USEC", "400000");
        await gateway.Start();
        WaitFor(systemd, "READY=1");
        WaitFor(systemd, "WATCHDOG=1");
        WaitFor(systemd, "WATCHDOG=1");

        gateway.Process.Send(HangUp);
        WaitFor(systemd, "RELOADING=1");
        WaitFor(systemd, "READY=1");

        gateway.Process.Terminate();
        WaitFor(systemd, "STOPPING=1");
        Assert.Equal(0, await gateway.Process.WaitForExit(TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public async Task A_reload_puts_the_changed_file_in_force_and_a_file_with_mistakes_changes_nothing()
    {
        await gateway.Start();
        await gateway.SignIn();
        File.WriteAllText(gateway.ConfigFile, gateway.Config(devices: """{ "id": "t1", "driver": "hwmon", "address": "none/temp1" }"""));
        gateway.Process.Send(HangUp);
        await Eventually.True(async () => (await gateway.Page.GetStringAsync("api/devices")).Contains("\"t1\"", StringComparison.Ordinal), "the device is there");

        File.WriteAllText(gateway.ConfigFile, gateway.Config(devices: """{ "id": "t2", "driver": "nothing" }"""));
        gateway.Process.Send(HangUp);
        await gateway.Process.WaitForLine("the one before stays in force");
        Assert.Contains("\"t1\"", await gateway.Page.GetStringAsync("api/devices"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "check", "--config", "good.json")]
    [InlineData(2, "check", "--config", "bad.json")]
    [InlineData(2, "run", "--config", "bad.json")]
    [InlineData(2, "run", "--config", "missing.json")]
    [InlineData(2, "run")]
    [InlineData(2, "walk")]
    [InlineData(0, "--version")]
    public async Task Exit_codes_tell_done_from_wrong_usage(int expected, params string[] arguments)
    {
        File.Copy(gateway.ConfigFile, gateway["good.json"]);
        File.WriteAllText(gateway["bad.json"], gateway.Config(devices: """{ "id": "a b", "driver": "hwmon", "address": "lm75/temp1" }"""));
        var files = arguments.Select(argument => argument.EndsWith(".json", StringComparison.Ordinal) ? gateway[argument] : argument);

        var (exitCode, output, errors) = await ChildProcess.Run(Repository.Agent, files);
        Assert.True(exitCode == expected, $"{exitCode}: {output}{errors}");
        if (arguments.Contains("bad.json"))
        {
            Assert.Contains("$.devices[0].id", errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_second_agent_on_the_same_buffer_ends_with_the_reason()
    {
        await gateway.Start();
        var (exitCode, _, errors) = await ChildProcess.Run(Repository.Agent, ["run", "--config", gateway.ConfigFile], within: TimeSpan.FromSeconds(30));
        Assert.Equal(1, exitCode);
        Assert.Contains("in use", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_address_that_is_in_use_ends_it_with_the_reason_on_one_line()
    {
        using var other = new TcpListener(System.Net.IPAddress.Loopback, gateway.Page.BaseAddress!.Port);
        other.Start();
        var (exitCode, _, errors) = await ChildProcess.Run(Repository.Agent, ["run", "--config", gateway.ConfigFile], within: TimeSpan.FromSeconds(30));
        Assert.Equal(1, exitCode);
        Assert.Contains("address already in use", Assert.Single(errors.Split('\n'), line => line.Contains(" fail: ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

#if !NUGET_SET
    [Fact]
    public async Task Without_the_Kafka_library_it_collects_all_the_same_and_says_what_to_install()
    {
        File.WriteAllText(gateway["librdkafka.so.1"], "no library");
        gateway.Set("LD_LIBRARY_PATH", Path.GetDirectoryName(gateway.ConfigFile)!);
        await gateway.Start();
        await gateway.SignIn();
        await Eventually.True(async () => (await gateway.Page.GetStringAsync("api/status")).Contains("librdkafka1", StringComparison.Ordinal), "the page says it");
        using var bundle = await gateway.Page.GetAsync("api/diagnostics");
        Assert.True(bundle.IsSuccessStatusCode);
    }
#endif

    private static void WaitFor(Socket systemd, string notice)
    {
        var datagram = new byte[1024];
        while (!Encoding.UTF8.GetString(datagram, 0, systemd.Receive(datagram)).Contains(notice, StringComparison.Ordinal))
        {
            // Others come in between; the socket's time limit ends a wait in vain.
        }
    }
}
