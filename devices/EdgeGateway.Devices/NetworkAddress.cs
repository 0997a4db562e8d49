using System.Globalization;

namespace EdgeGateway.Devices;

/// <summary>An address of the configuration: <c>host:port</c>, <c>host</c> with a driver's usual port, or <c>[ipv6]:port</c>.</summary>
internal readonly record struct NetworkAddress(string Host, int Port)
{
    public static bool TryParse(string text, int usualPort, out NetworkAddress address)
    {
        address = default;
        var colon = text.LastIndexOf(':');
        var hasPort = colon >= 0 && !text.EndsWith(']');
        var host = (hasPort ? text[..colon] : text).Trim('[', ']');
        var port = usualPort;
        if (hasPort && !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
        {
            return false;
        }

        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || port is < 1 or > 65535)
        {
            return false;
        }

        address = new NetworkAddress(host, port);
        return true;
    }

    public override string ToString() => $"{Host}:{Port.ToString(CultureInfo.InvariantCulture)}";
}
