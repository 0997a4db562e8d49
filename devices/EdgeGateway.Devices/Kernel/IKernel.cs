namespace EdgeGateway.Devices.Kernel;

/// <summary>
/// The system calls that character devices need. One implementation is Linux, the other stands in for it in tests,
/// where no such device is; both speak the kernel's own structures, byte for byte.
/// </summary>
/// <remarks>Errors are <see cref="IOException"/> with the error number as its HResult, or <see cref="UnauthorizedAccessException"/>.</remarks>
internal interface IKernel
{
    /// <summary>The clock that stamps events, CLOCK_MONOTONIC.</summary>
    long MonotonicNanoseconds { get; }

    /// <summary>Opens a device for reading and writing. Returns its descriptor.</summary>
    int Open(string path);

    /// <summary>An ioctl whose argument is a structure that the kernel reads, fills or both.</summary>
    void Control(int descriptor, uint request, Span<byte> argument);

    /// <summary>An ioctl whose argument is a number.</summary>
    void Control(int descriptor, uint request, int argument);

    /// <summary>
    /// Waits for events and reads those that fit into the buffer. Returns the bytes read; blocks its thread until
    /// then, at most a second after <paramref name="stop"/>.
    /// </summary>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    int Read(int descriptor, byte[] buffer, CancellationToken stop);

    void Close(int descriptor);
}
