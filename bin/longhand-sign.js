#!/usr/bin/env node
'use strict'
require('../dist/longhand-sign.cjs')
