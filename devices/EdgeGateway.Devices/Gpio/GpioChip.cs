using EdgeGateway.Devices.Kernel;

namespace EdgeGateway.Devices.Gpio;

/// <summary>Finds chips and asks them for lines.</summary>
internal static class GpioChip
{
    private const int Busy = 16;

    /// <summary>Asks a chip for one line. Returns the line's descriptor, to be closed by the caller.</summary>
    /// <exception cref="IOException">No such chip or line, or it is in use; the message says which and by whom.</exception>
    public static int RequestLine(DriverHost host, string chip, int line, ulong flags, TimeSpan debounce = default)
    {
        var kernel = host.Kernel;
        var descriptor = Open(host, chip);
        try
        {
            Span<byte> chipInfo = stackalloc byte[GpioUapi.ChipInfoSize];
            kernel.Control(descriptor, GpioUapi.GetChipInfo, chipInfo);
            var lines = GpioUapi.ReadChipInfo(chipInfo).Lines;
            if (line >= lines)
            {
                throw new FileNotFoundException($"{chip} has lines 0 to {lines - 1}, not {line}");
            }

            Span<byte> request = stackalloc byte[GpioUapi.LineRequestSize];
            GpioUapi.WriteLineRequest(request, line, flags, debounce);
            try
            {
                kernel.Control(descriptor, GpioUapi.GetLine, request);
            }
            catch (IOException e) when (e.HResult == Busy)
            {
                throw new IOException($"line {line} of {chip} is in use by \"{Consumer(kernel, descriptor, line)}\"; free it or choose another", e);
            }

            return GpioUapi.ReadDescriptor(request);
        }
        finally
        {
            kernel.Close(descriptor);
        }
    }

    private static int Open(DriverHost host, string chip)
    {
        var devices = Path.Combine(host.Root, "dev");
        var direct = Path.Combine(devices, chip);
        if (File.Exists(direct))
        {
            return host.Kernel.Open(direct);
        }

        var present = new List<string>();
        Span<byte> info = stackalloc byte[GpioUapi.ChipInfoSize];
        foreach (var path in KernelFile.Files(devices, "gpiochip*"))
        {
            var descriptor = host.Kernel.Open(path);
            host.Kernel.Control(descriptor, GpioUapi.GetChipInfo, info);
            var (name, label, _) = GpioUapi.ReadChipInfo(info);
            if (chip == label || chip == name)
            {
                return descriptor;
            }

            host.Kernel.Close(descriptor);
            present.Add($"{name} ({label})");
        }

        throw new FileNotFoundException(
            $"no GPIO chip {chip}; there now: {(present.Count == 0 ? "none, is its driver loaded (gpiodetect)?" : string.Join(", ", present))}");
    }

    private static string Consumer(IKernel kernel, int chip, int line)
    {
        Span<byte> info = stackalloc byte[GpioUapi.LineInfoSize];
        GpioUapi.WriteLineInfo(info, line);
        kernel.Control(chip, GpioUapi.GetLineInfo, info);
        return GpioUapi.ReadConsumer(info);
    }
}
