using EdgeGateway.Contracts;

namespace EdgeGateway.Devices.Tags;

/// <summary>
/// Turns the raw reads of all readers of a gateway into what happened: tags arrived, moved and departed. Readers
/// miss many passes and see stray tags, so absence needs a window and a change of zone a margin.
/// <para>Call <see cref="Observe"/> for each reading and <see cref="Expire"/> about every second; both add changes, in
/// order, to the collection handed in: usually none, and then nothing is allocated. Gateway, site and clock of a change
/// are left for the caller. Pure: its only clock is the one handed in. Not safe for use by several threads at once.</para>
/// <para>Changes carry event time (the reading's, else that of its arrival): an arrival that of the first read, a
/// move that of the read that showed it, a departure that of the last read, so that it never outdates an arrival elsewhere.
/// Windows are measured on the gateway's clock, which no reader can set wrong. A read older than one before it counts as a read but moves nothing.</para>
/// </summary>
public sealed class TagSmoothing(TagSmoothingSettings settings)
{
    private readonly Dictionary<string, SeenTag> _tags = new(StringComparer.OrdinalIgnoreCase);
    private readonly LinkedList<SeenTag> _byLastRead = [];
    private readonly List<SeenTag> _pending = [];

    /// <summary>Tags remembered now, glimpsed ones among them.</summary>
    public int Count => _tags.Count;

    /// <summary>Takes up a tag that had arrived before a restart and not departed. It says nothing unless the tag is read elsewhere or no more.</summary>
    /// <param name="hex">The bits of the tag.</param>
    /// <param name="device">The reader of its last change.</param>
    /// <param name="place">Where that reader stands, its zone the tag's.</param>
    /// <param name="observedAt">Event time of that change.</param>
    /// <param name="at">Now, by the gateway's clock: from here on it may be unseen for the whole window.</param>
    public void Restore(string hex, string device, ReaderPlace place, DateTimeOffset observedAt, DateTimeOffset at)
    {
        if (_tags.ContainsKey(hex))
        {
            return;
        }

        var seen = new SeenTag(EpcDecoder.Decode(hex), at)
        {
            Announced = true,
            Here = new Sighting(device, place, place.Zone, null, at),
            FirstObservedAt = observedAt,
            ObservedAt = observedAt,
        };
        seen.Node = _byLastRead.AddLast(seen);
        _tags.Add(seen.Tag.Hex, seen);
    }

    /// <summary>Takes one reading.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="place">Where its reader stands.</param>
    /// <param name="at">Now, by the gateway's clock.</param>
    /// <param name="changes">Gets what the reading changes.</param>
    public void Observe(TagReading reading, ReaderPlace place, DateTimeOffset at, ICollection<TagEvent> changes)
    {
        var observedAt = reading.ObservedAt ?? at;
        var zones = place.AntennaZones;
        var zoneIndex = reading.Antenna is { } port && zones is not null && port >= 1 && port <= zones.Count ? port - 1 : -1;
        var zone = zoneIndex >= 0 ? zones![zoneIndex] : place.Zone;
        var seen = Find(reading, at, changes);
        var inOrder = observedAt >= seen.ObservedAt;
        Tally(seen, reading, observedAt, at);

        if (seen.Here.Zone is null)
        {
            seen.Here = new Sighting(reading.Device, place, zone, reading.RssiDbm, at);
        }
        else if (seen.Here.Zone == zone)
        {
            seen.Here = seen.Here.Again(reading.RssiDbm, at) with { Device = reading.Device, Place = place };
        }
        else if (inOrder)
        {
            seen.There = seen.There.Zone == zone
                ? seen.There.Again(reading.RssiDbm, at)
                : new Sighting(reading.Device, place, zone, reading.RssiDbm, at);
        }

        if (zoneIndex >= 0)
        {
            TrackPass(seen, observedAt, zoneIndex, reading.RssiDbm, at);
        }
        else if (!seen.Announced)
        {
            Glimpse(seen, at, changes);
        }
        else if (inOrder && seen.Here.Zone != zone && IsMove(seen, at))
        {
            (seen.Here, seen.There) = (seen.There, default);
            Change(seen, TagChange.Moved, seen.Here.Place.Passage, observedAt, at, changes);
        }
    }

    /// <summary>Ends passes, promotes glimpsed tags by age and lets tags depart that were not seen for long enough.</summary>
    /// <param name="now">By the gateway's clock.</param>
    /// <param name="changes">Gets what time changed.</param>
    public void Expire(DateTimeOffset now, ICollection<TagEvent> changes)
    {
        for (var i = _pending.Count - 1; i >= 0; i--)
        {
            if (Settles(_pending[i], now, changes))
            {
                _pending[i].Pending = false;
                _pending[i] = _pending[^1];
                _pending.RemoveAt(_pending.Count - 1);
            }
        }

        while (_byLastRead.First is { } oldest && now - oldest.Value.HeardAt >= settings.DepartedAfter)
        {
            Depart(oldest.Value, changes);
        }
    }

    private SeenTag Find(TagReading reading, DateTimeOffset at, ICollection<TagEvent> changes)
    {
        if (_tags.TryGetValue(reading.Hex, out var seen))
        {
            _byLastRead.Remove(seen.Node!);
            _byLastRead.AddLast(seen.Node!);
            seen.HeardAt = at;
            return seen;
        }

        if (_tags.Count >= settings.MaxTags)
        {
            Depart(_byLastRead.First!.Value, changes);
        }

        seen = new SeenTag(EpcDecoder.Decode(reading.Hex), at);
        seen.Node = _byLastRead.AddLast(seen);
        _tags.Add(seen.Tag.Hex, seen);
        return seen;
    }

    private static void Tally(SeenTag seen, TagReading reading, DateTimeOffset observedAt, DateTimeOffset at)
    {
        seen.Reads = (int)Math.Min(int.MaxValue, (long)seen.Reads + Math.Max(1, reading.Reads));
        if (seen.RssiDbm is null || reading.RssiDbm > seen.RssiDbm)
        {
            (seen.RssiDbm, seen.Antenna) = (reading.RssiDbm, reading.Antenna ?? seen.Antenna);
        }

        seen.ObservedAt = observedAt > seen.ObservedAt ? observedAt : seen.ObservedAt;
        seen.FirstObservedAt = observedAt < seen.FirstObservedAt ? observedAt : seen.FirstObservedAt;
        seen.HeardAt = at;
    }

    /// <summary>A tag that is not announced is where it is seen best.</summary>
    private void Glimpse(SeenTag seen, DateTimeOffset at, ICollection<TagEvent> changes)
    {
        if (seen.There.Zone is not null && seen.There.LevelDbm > seen.Here.LevelDbm)
        {
            (seen.Here, seen.There) = (seen.There, seen.Here);
        }

        if (seen.Reads >= settings.ArriveAfterReads || at - seen.FirstHeardAt >= settings.ArriveAfter)
        {
            Change(seen, TagChange.Arrived, seen.Here.Place.Passage, seen.FirstObservedAt, at, changes);
        }
        else
        {
            MakePending(seen);
        }
    }

    private bool IsMove(SeenTag seen, DateTimeOffset at)
    {
        var isLost = at - seen.Here.HeardAt >= settings.HoldOff;
        var isStronger = seen.There.LevelDbm - seen.Here.LevelDbm > settings.MoveMarginDb;
        return at - seen.ChangedAt >= settings.HoldOff && (isLost || isStronger);
    }

    private void TrackPass(SeenTag seen, DateTimeOffset observedAt, int zoneIndex, double? rssiDbm, DateTimeOffset at)
    {
        if (!seen.Pass.Began)
        {
            seen.PassBeganAt = at;
        }

        var pass = seen.Pass;
        pass.Add(observedAt, zoneIndex, rssiDbm);
        seen.Pass = pass;
        MakePending(seen);
    }

    /// <summary>True when nothing more has to be waited for.</summary>
    private bool Settles(SeenTag seen, DateTimeOffset now, ICollection<TagEvent> changes)
    {
        if (seen.Node is null)
        {
            return true;
        }

        if (seen.Pass.Began)
        {
            if (now - seen.HeardAt < settings.PassEndsAfter && now - seen.PassBeganAt < settings.LongestPass)
            {
                return false;
            }

            EndPass(seen, now, changes);
            return true;
        }

        if (!seen.Announced && now - seen.FirstHeardAt >= settings.ArriveAfter)
        {
            Change(seen, TagChange.Arrived, seen.Here.Place.Passage, seen.FirstObservedAt, now, changes);
        }

        return seen.Announced;
    }

    private void EndPass(SeenTag seen, DateTimeOffset now, ICollection<TagEvent> changes)
    {
        var (at, direction) = (seen.Pass.LastAt, seen.Pass.Direction(isGone: now - seen.HeardAt >= settings.PassEndsAfter));
        seen.Pass = default;
        if (seen.There.Zone is not null && seen.There.HeardAt >= seen.Here.HeardAt)
        {
            (seen.Here, seen.There) = (seen.There, default);
        }

        if (direction != 0 || !seen.Announced)
        {
            var passage = direction switch
            {
                > 0 => "receiving",
                < 0 => "shipping",
                _ => seen.Here.Place.Passage,
            };
            Change(seen, seen.Announced ? TagChange.Moved : TagChange.Arrived, passage, at, now, changes);
        }
    }

    private void MakePending(SeenTag seen)
    {
        if (!seen.Pending)
        {
            seen.Pending = true;
            _pending.Add(seen);
        }
    }

    private void Depart(SeenTag seen, ICollection<TagEvent> changes)
    {
        _tags.Remove(seen.Tag.Hex);
        _byLastRead.Remove(seen.Node!);
        seen.Node = null;
        if (seen.Pass.Began)
        {
            EndPass(seen, seen.HeardAt, changes);
        }

        if (seen.Announced)
        {
            Change(seen, TagChange.Departed, seen.Here.Place.Passage, seen.ObservedAt, seen.HeardAt, changes);
        }
    }

    private static void Change(
        SeenTag seen, TagChange change, string passage, DateTimeOffset observedAt, DateTimeOffset at, ICollection<TagEvent> changes)
    {
        changes.Add(new TagEvent
        {
            Device = seen.Here.Device,
            ObservedAt = observedAt,
            Epc = seen.Tag.Uri,
            Hex = seen.Tag.Hex,
            Gtin = seen.Tag.Gtin,
            Sscc = seen.Tag.Sscc,
            Zone = seen.Here.Zone,
            Passage = passage,
            Change = change,
            Reads = Math.Max(1, seen.Reads),
            RssiDbm = seen.RssiDbm,
            Antenna = seen.Antenna,
        });
        seen.Announced = true;
        seen.ChangedAt = at;
        (seen.Reads, seen.RssiDbm, seen.Antenna) = (0, null, null);
    }
}
