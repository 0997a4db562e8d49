using System.Data.Common;
using EdgeGateway.Cloud.Outbox;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Api;

/// <summary>Alerts: listed, with their audit trail, and acknowledged.</summary>
public static class AlertApi
{
    private const int MostRows = 1_000;
    private const int MaxNoteLength = 500;
    private const string AcknowledgeSuffix = "/acknowledge";
    private static readonly string Select = $"SELECT {string.Join(", ", AlertRow.Table.Columns)} FROM alerts";

    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/alerts", (string? state, string? kind, IStore store) => List(store, state, kind));
        // An id has slashes, so what follows it cannot be a route of its own.
        routes.MapGet("/api/alerts/{**id}", (string id, IStore store) => Get(store, Uri.UnescapeDataString(id)));
        routes.MapPost("/api/alerts/{**path}", async (string path, HttpContext http, AlertDesk desk) =>
        {
            if (!path.EndsWith(AcknowledgeSuffix, StringComparison.Ordinal))
            {
                return Error(StatusCodes.Status404NotFound, "no such route; POST /api/alerts/{id}/acknowledge acknowledges an alert");
            }

            var request = http.Request.ContentLength is 0 ? new AcknowledgeRequest(null) : await http.Request.ReadFromJsonAsync<AcknowledgeRequest>();
            if (request?.Note is { Length: > MaxNoteLength })
            {
                return Error(StatusCodes.Status422UnprocessableEntity, $"note has more than {MaxNoteLength} characters");
            }

            var alert = desk.Acknowledge(Uri.UnescapeDataString(path[..^AcknowledgeSuffix.Length]), http.User.Identity!.Name!, request?.Note);
            return alert switch
            {
                null => Error(StatusCodes.Status404NotFound, "no alert of this id"),
                { State: "resolved" } => Error(StatusCodes.Status409Conflict, "the alert is resolved already; there is nothing to acknowledge"),
                _ => Results.Json(AlertJson.Of(alert, audit: null)),
            };
        });
    }

    private static IResult List(IStore store, string? state, string? kind)
    {
        if (state is not (null or "open" or "acknowledged" or "resolved"))
        {
            return Error(StatusCodes.Status400BadRequest, $"state is '{state}', not open, acknowledged or resolved");
        }

        using var connection = store.OpenReader();
        var command = connection.Command($"{Select} WHERE (@state = '' OR state = @state) AND (@kind = '' OR kind = @kind) ORDER BY opened_at DESC, id LIMIT {MostRows}")
            .With("state", state ?? "").With("kind", kind ?? "");
        return Results.Json(ReaderRow.Rows(command, AlertRow.Table).Select(alert => AlertJson.Of(alert, audit: null)));
    }

    private static IResult Get(IStore store, string id)
    {
        using var connection = store.OpenReader();
        if (ReaderRow.Rows(connection.Command(Select + " WHERE id = @id").With("id", id), AlertRow.Table) is not [var alert])
        {
            return Error(StatusCodes.Status404NotFound, "no alert of this id");
        }

        var audit = ReaderRow.Rows(
            connection.Command($"SELECT {string.Join(", ", AuditRow.Table.Columns)} FROM audit WHERE alert = @id ORDER BY id").With("id", id), AuditRow.Table);
        return Results.Json(AlertJson.Of(alert, audit));
    }

    private static IResult Error(int status, string error) => Results.Json(new { error }, statusCode: status);

    private sealed record AcknowledgeRequest(string? Note);
}
