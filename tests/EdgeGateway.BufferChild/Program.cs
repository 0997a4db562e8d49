using EdgeGateway.BufferChild;

// A process of its own around an EventBuffer: tests kill it, a bench weighs it.
return args switch
{
    ["append", var path, var first] => await Appending.Run(path, long.Parse(first)),
    ["live", var path] => await Enduring.Live(path),
    ["endure", var folder, var life, var kind, var failures, var step] =>
        await Enduring.Run(folder, life, int.Parse(kind), int.Parse(failures), int.Parse(step)),
    ["read-only", var folder] => await Mounting.ReadOnly(folder),
    ["no-space", var folder] => await Mounting.NoSpace(folder),
    ["no-inodes", var folder] => await Mounting.NoInodes(folder),
    ["fill", var path, var count] => await Measuring.Fill(path, long.Parse(count)),
    ["flood", var path, var count] => await Measuring.Flood(path, int.Parse(count)),
    ["steady", var path, var perSecond, var seconds] => await Measuring.Steady(path, int.Parse(perSecond), int.Parse(seconds)),
    ["open", var path] => await Measuring.OpenAndAppend(path),
    ["drain", var path] => await Measuring.Drain(path),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("append PATH FIRST_NUMBER | live PATH | endure FOLDER LIFE KIND FAILURES STEP | read-only FOLDER | no-space FOLDER | no-inodes FOLDER | fill PATH COUNT | flood PATH COUNT | steady PATH PER_SECOND SECONDS | open PATH | drain PATH");
    return 2;
}
