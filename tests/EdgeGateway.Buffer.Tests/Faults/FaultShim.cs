using System.Globalization;
using EdgeGateway.Testing;

namespace EdgeGateway.Buffer.Tests.Faults;

/// <summary>Compiles the library that stands between SQLite and the kernel.</summary>
public sealed class FaultShim : IAsyncLifetime
{
    private readonly TempFolder folder = new();

    public async Task InitializeAsync()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Faults", "fault_shim.c");
        var (exitCode, _, errors) = await ChildProcess.Run(
            "gcc", ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", folder["fault_shim.so"], source, "-ldl"]);
        Assert.True(exitCode == 0, errors);
    }

    public Task DisposeAsync()
    {
        folder.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>For a process whose faults are chosen from within, or come at one change of a file.</summary>
    public IReadOnlyDictionary<string, string?> Environment(int at = 0, int kind = 0) => new Dictionary<string, string?>
    {
        ["LD_PRELOAD"] = folder["fault_shim.so"],
        ["FAULT_AT"] = at.ToString(CultureInfo.InvariantCulture),
        ["FAULT_KIND"] = kind.ToString(CultureInfo.InvariantCulture),
    };
}
