using System.Text;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeGateway.Cloud.Tests.Views;

public sealed class MovementRunTests
{
    // Texts that begin alike, and whose characters have several bytes of which the first are alike.
    private static Gen<string> Texts => Gen.Elements("m-0000", "m-00é", "m-00è", "", "\ud83d\ude00", "\ud83d\ude01").Two().Select(parts => parts.Item1 + parts.Item2);

    private static Gen<StoredMovement> Movements =>
        from at in Gen.Choose(int.MinValue, int.MaxValue)
        from kind in Gen.Elements(Enum.GetValues<MovementKind>())
        from quantity in Gen.Elements(0L, 1, 127, 128, InventoryMovement.MaxQuantity)
        from id in Texts
        from texts in Texts.ArrayOf(5)
        from has in Gen.Choose(0, 63)
        select new StoredMovement(
            at * 20_000L, kind, quantity, id, If(has & 1, texts[0]), If(has & 2, texts[1]), If(has & 4, texts[2]), If(has & 8, texts[3]), If(has & 16, texts[4]),
            has > 31 ? at : null);

    [Fact]
    public void What_is_written_as_a_run_or_behind_each_other_is_read_again() =>
        Prop.ForAll(Movements.ArrayOf().ToArbitrary(), movements =>
        {
            var pieces = movements.Select(Plain).ToList();
            Assert.Equal(movements, MovementSeries.Read(Run(pieces)));
            Assert.Equal(movements, MovementSeries.Read([.. pieces.SelectMany(piece => piece)]));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Numbered_ids_take_half_the_room_in_a_run()
    {
        var pieces = Enumerable.Range(0, 40)
            .Select(i => Plain(new StoredMovement(1_767_225_600_000 + (i * 100_000), MovementKind.Shipped, 3, $"m-{i * 10_000:D12}", $"order-{i * 10_000:D10}"))).ToList();
        Assert.InRange(Run(pieces).Length, 1, pieces.Sum(piece => piece.Length) / 2);
    }

    private static byte[] Run(List<byte[]> pieces)
    {
        var chunk = new ChunkBuffer(16);
        var run = new MovementRun(chunk);
        foreach (var piece in pieces)
        {
            run.Add(piece);
        }

        return chunk.Memory.ToArray();
    }

    private static byte[] Plain(StoredMovement movement)
    {
        var piece = new ChunkBuffer(16);
        piece.Write(movement.At);
        MovementSeries.Write(piece, new MovementRecord
        {
            Id = Utf8(movement.Id),
            Site = "dallas"u8,
            Sku = "milk"u8,
            Kind = movement.Kind,
            Quantity = movement.Quantity,
            Reference = Utf8(movement.Reference),
            ToSite = Utf8(movement.ToSite),
            By = Utf8(movement.By),
            Reason = Utf8(movement.Reason),
            Channel = Utf8(movement.Channel),
            ExpiresAt = movement.ExpiresAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
            OccurredAt = DateTimeOffset.FromUnixTimeMilliseconds(movement.At),
        });
        return piece.Memory.ToArray();
    }

    private static byte[] Utf8(string? text) => Encoding.UTF8.GetBytes(text ?? "");

    // An empty text is as none.
    private static string? If(int flag, string text) => flag != 0 && text.Length > 0 ? text : null;
}
