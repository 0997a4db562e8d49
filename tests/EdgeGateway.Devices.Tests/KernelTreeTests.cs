using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests;

/// <summary>The real code at the kernel's real paths: a mount namespace puts a made-up tree at /sys.</summary>
public sealed class KernelTreeTests : IDisposable
{
    private readonly TempFolder tree = new();

    public void Dispose() => tree.Dispose();

    [MountNamespaceTheory]
    [InlineData("w1", "28-00000a1b2c3d", "Celsius = 27.5,")]
    [InlineData("hwmon", "lm75/temp1", "Celsius = -18.5,")]
    [InlineData("iio", "bme280/temp", "Celsius = 4.25,")]
    [InlineData("hwmon", "tmp102/temp1", "Fault = unplugged,")]
    public async Task A_probe_is_read_where_the_kernel_shows_it(string driver, string address, string expected)
    {
        tree.Write("bus/w1/devices/28-00000a1b2c3d/w1_slave", await File.ReadAllTextAsync(
            Repository.PathOf("devices/EdgeGateway.Devices/W1/recordings/reading-27.5.w1_slave")));
        tree.Write("class/hwmon/hwmon2/name", "lm75\n");
        tree.Write("class/hwmon/hwmon2/temp1_input", "-18500\n");
        tree.Write("bus/iio/devices/iio:device0/name", "bme280\n");
        tree.Write("bus/iio/devices/iio:device0/in_temp_input", "4250\n");

        var (exitCode, output, errors) = await ChildProcess.Run("unshare",
        [
            .. MountNamespace.Options, "sh", "-c", "mount --bind \"$0\" /sys && exec \"$@\"", tree.Path,
            Environment.ProcessPath!, typeof(KernelTreeTests).Assembly.Location, "read", driver, address,
        ]);

        Assert.True(exitCode == 0, errors);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }
}
