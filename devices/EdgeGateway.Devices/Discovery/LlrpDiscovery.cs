using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EdgeGateway.Devices.Llrp;

namespace EdgeGateway.Devices.Discovery;

/// <summary>Knocks at addresses for LLRP readers. A reader greets whoever connects; it is given free at once.</summary>
internal static class LlrpDiscovery
{
    /// <summary>Most addresses that are knocked at: four networks of 254.</summary>
    public const int MostAddresses = 1024;

    private const int AtOnce = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Single addresses with their ports out of networks such as <c>192.168.7.0/24</c> and addresses such as <c>reader:5084</c>.</summary>
    /// <exception cref="FormatException">One of them is neither, or they are too many.</exception>
    public static IReadOnlyList<NetworkAddress> Addresses(IReadOnlyList<string> networks)
    {
        var addresses = new List<NetworkAddress>();
        foreach (var text in networks)
        {
            if (IPNetwork.TryParse(text, out var network) && network.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
            {
                var count = 1L << (32 - network.PrefixLength);
                if (count > MostAddresses)
                {
                    throw new FormatException($"{text} has {count} addresses; at most {MostAddresses} are knocked at");
                }

                var bytes = network.BaseAddress.GetAddressBytes();
                var first = BinaryPrimitives.ReadUInt32BigEndian(bytes);
                for (uint i = 0; i < count; i++)
                {
                    BinaryPrimitives.WriteUInt32BigEndian(bytes, first + i);
                    addresses.Add(new NetworkAddress(new IPAddress(bytes).ToString(), LlrpSettings.UsualPort));
                }
            }
            else if (NetworkAddress.TryParse(text, LlrpSettings.UsualPort, out var address))
            {
                addresses.Add(address);
            }
            else
            {
                throw new FormatException($"{text} is neither a network like 192.168.7.0/24 nor an address");
            }
        }

        return addresses.Count <= MostAddresses
            ? addresses
            : throw new FormatException($"{addresses.Count} addresses; at most {MostAddresses} are knocked at");
    }

    public static async Task<IReadOnlyList<FoundDevice>> ScanAsync(
        DriverHost host, IReadOnlyList<NetworkAddress> addresses, DiscoveryOptions options, CancellationToken cancel)
    {
        var known = Addresses([.. options.Known.OfType<LlrpSettings>().Select(settings => settings.Address).OfType<string>()]);
        var readers = new ConcurrentBag<NetworkAddress>();
        await Parallel.ForEachAsync(addresses.Except(known), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (address, stop) =>
        {
            if (await IsReaderAsync(host, address, stop))
            {
                readers.Add(address);
            }
        });
        return
        [
            .. readers.OrderBy(reader => reader.ToString(), StringComparer.Ordinal).Select(reader => DeviceDiscovery.Found(
                "llrp", reader.ToString(), "Reader " + reader.Host, sample: null,
                ("address", reader.ToString()), ("zone", "here"), ("passage", "shelf"))),
        ];
    }

    private static async Task<bool> IsReaderAsync(DriverHost host, NetworkAddress address, CancellationToken stop)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address.Host, address.Port, stop).AsTask().WaitAsync(Patience, host.Time, stop);
            var connection = new LlrpConnection(client.GetStream(), host.Time);
            var greeting = await connection.ReceiveAsync(Patience, stop);
            await connection.SendAsync(LlrpRequests.Close(id: 1), stop);
            return greeting.Type == LlrpMessageType.ReaderEventNotification;
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidDataException or TimeoutException)
        {
            // Nobody there, or somebody else: what most addresses answer.
            return false;
        }
    }
}
