using EdgeGateway.Testing;

namespace EdgeGateway.EndToEnd.Tests.Service;

/// <summary>Installation into an empty root, judged by systemd's own tools.</summary>
public sealed class ServiceUnitTests : IDisposable
{
    // systemd's scale goes to 100; below 20 it says OK.
    private const int HighestExposure = 20;

    private readonly TempFolder root = new();

    [Theory]
    [InlineData("gateway", "edge-gateway")]
    [InlineData("cloud", "edge-cloud")]
    [Trait("Speed", "Slow")]
    public async Task Systemd_finds_nothing_wrong_with_the_installed_unit(string what, string service)
    {
        await Install(what);

        // verify wants the units that every machine has, and the commands that ours names.
        Directory.CreateDirectory(root["bin"]);
        File.Copy("/bin/kill", root["bin/kill"]);
        await Must("cp", "-r", "--parents", "/usr/lib/systemd/system", root.Path);
        Assert.Equal("", await Must("systemd-analyze", "verify", "--root", root.Path, service + ".service"));
    }

    [Theory]
    [InlineData("edge-gateway")]
    [InlineData("edge-cloud")]
    public async Task The_service_is_exposed_as_little_as_it_can_be(string service)
    {
        var unit = Repository.PathOf($"deploy/systemd/{service}.service");
        await Must("systemd-analyze", "security", "--no-pager", "--offline=true", $"--threshold={HighestExposure}", unit);
    }

    [Theory]
    [InlineData("gateway", "edge-gateway")]
    [InlineData("cloud", "edge-cloud")]
    public async Task The_first_configuration_is_one_that_the_program_accepts(string what, string service)
    {
        await Install(what);
        var config = root[$"etc/edge-gateway/{what}.json"];

        // The state folder of the installed system is below the root here.
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config)).Replace("/var/lib/", root["var/lib/"], StringComparison.Ordinal));
        await Must(root[$"opt/edge-gateway/{what}/{service}"], "check", "--config", config);
    }

    [Fact]
    public async Task An_upgrade_keeps_the_configuration()
    {
        await Install("gateway");
        var config = root["etc/edge-gateway/gateway.json"];
        await File.WriteAllTextAsync(config, "mine");
        await Must(Repository.PathOf("deploy/install.sh"), "gateway", "--from", BuiltFolder("gateway"), "--destdir", root.Path);
        Assert.Equal("mine", await File.ReadAllTextAsync(config));
    }

    [Fact]
    public async Task Uninstall_keeps_the_buffer_and_purge_does_not()
    {
        await Install("gateway");
        var buffer = root.Write("var/lib/edge-gateway/buffer.db", "events");
        var uninstall = Repository.PathOf("deploy/uninstall.sh");

        await Must(uninstall, "gateway", "--destdir", root.Path);
        Assert.True(File.Exists(buffer));
        Assert.False(Directory.Exists(root["opt/edge-gateway/gateway"]));
        Assert.False(File.Exists(root["etc/systemd/system/edge-gateway.service"]));

        await Must(uninstall, "gateway", "--purge", "--destdir", root.Path);
        Assert.False(File.Exists(buffer));
        Assert.False(Directory.Exists(root["etc/edge-gateway"]));
    }

    [Fact]
    public async Task A_first_installation_without_a_gateway_id_is_refused_before_anything_is_written()
    {
        (int exitCode, _, string errors) = await ChildProcess.Run(Repository.PathOf("deploy/install.sh"), ["gateway", "--site", "s", "--kafka", "k:9092", "--destdir", root.Path]);
        Assert.Equal(2, exitCode);
        Assert.Contains("--id is needed", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(root.Path));
    }

    public void Dispose() => root.Dispose();

    private static string BuiltFolder(string what) => Path.GetDirectoryName(what == "gateway" ? Repository.Agent : Repository.Cloud)!;

    private static async Task<string> Must(string file, params string[] arguments)
    {
        (int exitCode, string output, string errors) = await ChildProcess.Run(file, arguments, within: TimeSpan.FromSeconds(60));
        Assert.True(exitCode == 0, $"{file} {string.Join(' ', arguments)} ended with {exitCode}:\n{output}\n{errors}");
        return errors;
    }

    private Task<string> Install(string what) =>
        Must(Repository.PathOf("deploy/install.sh"), [what, .. what == "gateway" ? (string[])["--id", "store-1", "--site", "here"] : [], "--kafka", "127.0.0.1:9092", "--from", BuiltFolder(what), "--destdir", root.Path]);
}
