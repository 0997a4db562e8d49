namespace EdgeGateway.Devices;

/// <summary>A chip's channel as configurations name it: <c>lm75/temp1</c>, or <c>lm75@1-0048/temp1</c> among several of one name.</summary>
internal static class ChipAddress
{
    /// <summary>True when an address means a channel.</summary>
    /// <param name="address">From the configuration.</param>
    /// <param name="chip">Name that the chip's driver gives.</param>
    /// <param name="busAddress">Such as 1-0048; null for chips of no bus.</param>
    /// <param name="channel">Such as temp1.</param>
    /// <param name="label">Another name of the channel, or null.</param>
    public static bool Means(string address, string chip, string? busAddress, string channel, string? label)
    {
        var slash = address.IndexOf('/', StringComparison.Ordinal);
        var chipPart = address.AsSpan(0, slash);
        var channelPart = address.AsSpan(slash + 1);
        var at = chipPart.IndexOf('@');
        return chipPart[..(at < 0 ? chipPart.Length : at)].SequenceEqual(chip)
            && (at < 0 || chipPart[(at + 1)..].SequenceEqual(busAddress))
            && (channelPart.SequenceEqual(channel) || channelPart.SequenceEqual(label));
    }

    /// <summary>The address that means one channel only.</summary>
    public static string Of(string chip, string? busAddress, string channel) =>
        busAddress is null ? $"{chip}/{channel}" : $"{chip}@{busAddress}/{channel}";

    /// <summary>False when a chip is gone, or its number in the kernel now stands for another one.</summary>
    public static bool IsStill(string chip, string nameFile)
    {
        Span<byte> name = stackalloc byte[128];
        Span<byte> expected = stackalloc byte[256];
        try
        {
            return System.Text.Encoding.UTF8.TryGetBytes(chip, expected, out var length)
                && KernelFile.Read(nameFile, name).SequenceEqual(expected[..length]);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
