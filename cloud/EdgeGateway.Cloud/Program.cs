Console.WriteLine("edge-cloud");
