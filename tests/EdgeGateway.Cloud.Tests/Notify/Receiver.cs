using System.Collections.Concurrent;
using EdgeGateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Cloud.Tests.Notify;

/// <summary>A web server that takes what is posted to it, or refuses it for as long as told to.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private Receiver(WebApplication app, string address)
    {
        this.app = app;
        Address = address;
    }

    public string Address { get; }

    public int RefuseNext { get; set; }

    public int Refused { get; private set; }

    public ConcurrentQueue<(string Path, IHeaderDictionary Headers, string Body)> Taken { get; } = new();

    public static async Task<Receiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        builder.WebHost.UseUrls(address);
        var receiver = new Receiver(builder.Build(), address);
        receiver.app.MapPost("/{**path}", receiver.Take);
        await receiver.app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<IResult> Take(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        if (RefuseNext > 0)
        {
            RefuseNext--;
            Refused++;
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        Taken.Enqueue((request.Path, new HeaderDictionary(request.Headers.ToDictionary(header => header.Key, header => header.Value)), body));
        return Results.Ok();
    }
}
