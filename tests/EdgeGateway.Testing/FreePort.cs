using System.Net;
using System.Net.Sockets;

namespace EdgeGateway.Testing;

/// <summary>A TCP port of the loopback that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>Asks the kernel, which does not hand the same port out again soon.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
