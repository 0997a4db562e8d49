namespace EdgeGateway.Devices.Kernel;

/// <summary>Waiting for a device without holding a thread of the pool.</summary>
internal static class KernelExtensions
{
    /// <summary><see cref="IKernel.Read"/> on a thread of its own: people open doors and scan codes seldom.</summary>
    public static Task<int> ReadAsync(this IKernel kernel, int descriptor, byte[] buffer, CancellationToken stop) =>
        Task.Factory.StartNew(
            () => kernel.Read(descriptor, buffer, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
