using EdgeGateway.Devices.Tests;
using EdgeGateway.Testing;

namespace EdgeGateway.Buffer.Tests;

/// <summary>The buffer on a real file system that refuses: a small tmpfs in a mount namespace.</summary>
[Trait("Speed", "Slow")]
public sealed class MountTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [MountNamespaceTheory]
    [InlineData("read-only", "")]
    [InlineData("no-space", "free some space")]
    [InlineData("no-inodes", "")]
    public async Task A_disk_that_refuses_is_told_waited_for_and_costs_nothing(string what, string reason)
    {
        var (exitCode, output, errors) = await ChildProcess.Run(
            "unshare",
            [
                .. MountNamespace.Options, "sh", "-c", "mount -t tmpfs -o size=16m,nr_inodes=20 tmpfs \"$0\" && exec \"$@\"", folder.Path,
                "dotnet", ChildProgram.Path, what, folder.Path,
            ],
            within: TimeSpan.FromMinutes(2));

        Assert.True(exitCode == 0, output + errors);
        Assert.Contains(reason, output, StringComparison.Ordinal);
    }
}
