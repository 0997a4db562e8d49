using System.Buffers.Binary;
using EdgeGateway.Devices.Kernel;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Kernel;

/// <summary>The system calls themselves, on a pipe with a name, which every Linux has.</summary>
public sealed class LinuxKernelTests : IDisposable
{
    private const uint BytesWaiting = 0x541B;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_device_is_opened_asked_and_read()
    {
        var pipe = await Pipe();
        var kernel = LinuxKernel.Instance;
        var descriptor = kernel.Open(pipe);
        var buffer = new byte[48];
        var reading = kernel.ReadAsync(descriptor, buffer, CancellationToken.None);
        Assert.False(reading.IsCompleted);

        await File.WriteAllBytesAsync(pipe, [1, 2, 3]);
        Assert.Equal(3, await reading.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal([1, 2, 3], buffer[..3]);

        await File.WriteAllBytesAsync(pipe, [4, 5]);
        var waiting = new byte[4];
        kernel.Control(descriptor, BytesWaiting, waiting);
        Assert.Equal(2, BinaryPrimitives.ReadInt32LittleEndian(waiting));
        kernel.Close(descriptor);
    }

    [Fact]
    public async Task Waiting_ends_when_told_to_stop()
    {
        var descriptor = LinuxKernel.Instance.Open(await Pipe());
        using var stop = new CancellationTokenSource();
        var reading = LinuxKernel.Instance.ReadAsync(descriptor, new byte[48], stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(10)));
        LinuxKernel.Instance.Close(descriptor);
    }

    [Fact]
    public async Task The_kernel_s_errors_are_told_in_its_words()
    {
        Assert.Throws<FileNotFoundException>(() => LinuxKernel.Instance.Open(folder["nothing"]));

        var descriptor = LinuxKernel.Instance.Open(await Pipe());
        var error = Assert.Throws<IOException>(() => LinuxKernel.Instance.Control(descriptor, 0x40044590, 1));
        Assert.Contains("ioctl: Inappropriate ioctl for device", error.Message, StringComparison.Ordinal);
        LinuxKernel.Instance.Close(descriptor);
    }

    private async Task<string> Pipe()
    {
        Assert.Equal(0, (await ChildProcess.Run("mkfifo", [folder["pipe"]])).ExitCode);
        return folder["pipe"];
    }
}
